"""The step: tensors that stay in place on one device, no wait for it, and what precision leaves of its result."""

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from sculpt.core.randomness import generator
from sculpt.data import augmentation
from sculpt.data.augmentation import Images, epoch_draws
from sculpt.training.device.execution import place_model
from sculpt.training.device.precision import autocast
from sculpt.training.step import Step, train_epoch

N, BATCH, RATES = 40, 8, [0.05, 0.1, 0.1, 0.05, 0.02]
SETTINGS = {
    "loss": {"name": "cross_entropy", "smoothing": 0.1},
    "update": {"name": "sgd", "momentum": 0.9, "weight_decay": 0.01},
}
MODEL = {"name": "resnet20", "classes": 3, "width": 8}


def step_on(device, seeds=(0, 1), density=0.3, precision="float32"):
    """A step on a network with its masks, and the images that it takes."""
    random = torch.Generator().manual_seed(0)
    pixels = torch.randint(256, (N, 1, 8, 8), generator=random, dtype=torch.uint8)
    labels = torch.randint(3, (N, 1), generator=random).repeat(1, len(seeds))
    images = Images.place(pixels, labels, [128.0], [70.0], 1, torch.device(device))
    network = place_model(MODEL, len(seeds), images)
    network.initialise([generator("initial weights", seed) for seed in seeds])
    weights = list(network.prunable().values()) if density < 1 else []
    masks = [torch.empty_like(weight).copy_(torch.rand(weight.shape, generator=random) < density) for weight in weights]
    with torch.no_grad():
        for weight, mask in zip(weights, masks, strict=True):
            weight *= mask
    draws = epoch_draws(images, list(seeds), 0, BATCH, flip=True)
    return Step(network, images, masks, SETTINGS, autocast({"precision": precision}, torch.device(device)), draws)


def epoch(step, advance, seeds=(0, 1), number=0):
    draws = epoch_draws(step.images, list(seeds), number, BATCH, flip=True)
    return torch.stack(train_epoch(step, advance, draws, RATES)).cpu()


class OneDevice(TorchDispatchMode):
    """Refuses every operation that takes or gives a tensor of another device; a CUDA graph would keep its value."""

    def __init__(self, device):
        super().__init__()
        self.device, self.calls = device, 0

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        result = operation(*args, **(kwargs or {}))
        self.calls += 1
        tensors = [leaf for leaf in tree_leaves((args, kwargs, result)) if isinstance(leaf, torch.Tensor)]
        assert all(tensor.device.type == self.device for tensor in tensors), operation
        return result


@pytest.mark.parametrize("density", [0.3, 1.0])
def test_a_step_stays_on_its_device_and_waits_for_nothing(density):
    """On the meta device tensors have no values, so reading one on the host, or a shape that hangs on values, fails."""
    step = step_on("meta", density=density)
    assert {tensor.device.type for tensor in [*step.state(), step.draws, step.rates]} == {"meta"}
    step.network.train()
    with OneDevice("meta") as watched:
        step()
    assert watched.calls > 100
    rate = torch.tensor(0.1)
    with pytest.raises(AssertionError, match=r"mul"), OneDevice("meta"):
        step.rates * rate


class LaidOutAlike(TorchDispatchMode):
    """Refuses an operation on lists of tensors of which a pair is laid out differently."""

    def __init__(self):
        super().__init__()
        self.calls = 0

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        lists = [arg for arg in args if isinstance(arg, list | tuple) and len(arg) > 1]
        if "_foreach_" in str(operation):
            self.calls += 1
            layouts = {tuple((tensor.dtype, tensor.stride()) for tensor in tensors) for tensors in lists}
            assert len(layouts) == 1, operation
        return operation(*args, **(kwargs or {}))


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("seeds", [(0,), (0, 1)])
def test_an_update_is_one_kernel_for_all_parameters(seeds, precision):
    """On CUDA only for lists of tensors that are laid out alike; others fall back to a kernel a tensor."""
    step = step_on("cpu", seeds=seeds, precision=precision)
    step.network.train()
    with LaidOutAlike() as watched:
        step()
    assert watched.calls == 6


def test_state_is_all_that_a_step_changes_and_stays_in_place():
    """So that what a warm-up changes can be put back, and a replay finds what it was captured with."""
    step = step_on("cpu")
    step.rates.fill_(0.1)
    step()
    given = [step.draws, step.rates, *step.masks, step.images.pixels, step.images.labels]
    everything = [*step.state(), *given]
    places, before = [tensor.data_ptr() for tensor in everything], [tensor.detach().clone() for tensor in everything]
    step()
    changed = [not torch.equal(tensor, old) for tensor, old in zip(everything, before, strict=True)]
    assert changed == [True] * len(step.state()) + [False] * len(given)
    assert [tensor.data_ptr() for tensor in everything] == places


cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")


@pytest.mark.parametrize(
    ("device", "precision", "loss", "gradient"),
    [
        ("cpu", "bfloat16", 1e-2, 0.5),  # 0.3 here: batches of 8 images of noise leave batch norm few values
        pytest.param("cuda", "float32", 1e-5, 1e-3, marks=cuda),
        pytest.param("cuda", "bfloat16", 1e-2, 0.5, marks=cuda),
    ],
)
def test_devices_and_precisions_agree_on_the_first_step(device, precision, loss, gradient):
    """Later steps would only show how training spreads roundings. The weights themselves stay in float32."""

    def first(device, precision):
        step = step_on(device, precision=precision)
        step.network.train()
        step()
        assert {weight.dtype for weight in step.network.parameters()} == {torch.float32}
        return step.loss_sum.cpu(), torch.cat([velocity.flatten() for velocity in step.update.state]).cpu()

    (expected_loss, expected), (found_loss, found) = first("cpu", "float32"), first(device, precision)
    torch.testing.assert_close(found_loss, expected_loss, rtol=loss, atol=0)
    assert not torch.equal(found, expected)
    assert (found - expected).norm() < gradient * expected.norm()


@cuda
def test_images_that_stay_on_the_host_give_the_same_epoch(monkeypatch):
    resident = step_on("cuda")
    monkeypatch.setattr(augmentation, "MOST_RESIDENT_BYTES", 0)
    stored = step_on("cuda")
    assert not stored.draws.is_cuda
    assert torch.equal(epoch(stored, stored), epoch(resident, resident))
