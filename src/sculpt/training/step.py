"""The training loop: one epoch over resident images, with the mask held after every step."""

from collections.abc import Iterable

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from sculpt.models.stacked import Stack
from sculpt.training.sgd import SGD


def train_epoch(
    network: Stack,
    optimizer: SGD,
    weights: list[Tensor],
    masks: list[Tensor],
    batches: Iterable[tuple[Tensor, Tensor]],
    rates: list[float],
    label_smoothing: float,
    autocast: torch.autocast,
) -> tuple[Tensor, Tensor]:
    """Train on batches of images (B, R * channels, H, W) and labels (R, B), one learning rate a batch.

    `masks` are 0 and 1 in the dtype and layout of `weights`, or empty for a dense network. Multiplying the weights
    after the step equals a mask in the forward pass exactly, for SGD with momentum and weight decay, and costs one
    fused product; the weights must be masked before the first call. Returns the mean loss and the accuracy (percent)
    of each replicate, (R,), still on the device: nothing in here waits for it.
    """
    network.train()
    loss_sum, correct, seen = 0.0, 0.0, 0
    for (images, labels), rate in zip(batches, rates, strict=True):
        with autocast:
            logits = network(images)
        per_image = cross_entropy(
            logits.flatten(0, 1).float(), labels.flatten(), reduction="none", label_smoothing=label_smoothing
        ).unflatten(0, labels.shape)
        per_replicate = per_image.mean(1)
        optimizer.step(torch.autograd.grad(per_replicate.sum(), optimizer.parameters), rate)
        if masks:
            with torch.no_grad():
                torch._foreach_mul_(weights, masks)
        loss_sum = loss_sum + per_replicate.detach()
        correct = correct + (logits.detach().argmax(2) == labels).float().mean(1)
        seen += 1
    return loss_sum / seen, 100 * correct / seen
