import numpy as np
import torch
from hypothesis import given, settings
from kernel_head_cases import Head, Pooling, begin_and_end, heads, pool, poolings
from torch.nn.functional import cross_entropy, max_pool2d

from sculpt.data.augmentation import Images
from sculpt.engine.library import load


def close(got, expected, tolerance: float = 1e-6) -> None:
    torch.testing.assert_close(torch.as_tensor(got).double(), expected.detach(), rtol=tolerance, atol=tolerance)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(poolings())
def test_pooling_and_its_gradients_are_torchs(case: Pooling) -> None:
    got = pool(load(), case)
    maps = torch.tensor(case.numbers(1, (case.channels, case.height, case.width))).double().requires_grad_()
    largest = max_pool2d(maps, case.kernel, case.stride, case.padding)
    mean = maps.mean((2, 3), keepdim=True)
    close(got["largest"], largest)
    close(got["mean"], mean)
    gradient = torch.tensor(case.numbers(2, case.out)).double()
    close(got["of largest"], torch.autograd.grad(largest, maps, gradient)[0])
    close(got["of mean"], torch.autograd.grad(mean, maps, mean.detach())[0])
    close(got["twice"], 2 * maps)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(heads())
def test_images_losses_and_steps_are_torchs(case: Head) -> None:
    got = begin_and_end(load(), case)
    draws, pixels, labels = (torch.tensor(array) for array in (case.draws, case.pixels, case.labels))
    images = Images(pixels, labels, torch.tensor(0.0), torch.tensor(1.0), case.room, None)
    index, down, right, flip = draws.unbind()
    picked, of_images = images.gather(index, down, right, flip.bool())
    numbers = torch.tensor(case.random(5).normal(size=(case.channels, 256)).astype(np.float32))
    bytes_of_last = picked[:, -case.channels :].long()
    wanted = torch.stack([numbers[c][bytes_of_last[:, c]] for c in range(case.channels)], 1)
    close(got["packed"], wanted.double(), 0)

    bias = torch.tensor(case.vector(6, case.classes)).double().requires_grad_()
    logits = (torch.tensor(case.logits)[..., 0, 0].double() + bias).float().double()
    entering = logits.detach().requires_grad_()
    losses = cross_entropy(entering, of_images[-1], label_smoothing=case.smoothing, reduction="none")
    change = torch.autograd.grad(losses.mean(), entering)[0]
    close(got["losses"], losses, 1e-12)
    close(got["gradient"][..., 0, 0], change, 1e-7)
    close(got["of bias"], change.sum(0))
    predictions = logits.argmax(1)
    assert got["predictions"].tolist() == predictions.tolist()
    hits = (predictions == of_images[-1]).sum()
    close(got["results"], torch.stack([losses.mean(), hits.double()]), 1e-12)

    velocity = 0.9 * torch.tensor(case.vector(7, case.classes)).double() + change.sum(0) + 5e-4 * bias
    close(got["velocity"], velocity)
    close(got["weights"], bias - 0.1 * velocity)
