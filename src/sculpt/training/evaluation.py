"""Loss and accuracy on a split, without augmentation."""

from collections.abc import Iterable, Iterator
from math import fsum
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from sculpt.data.augmentation import Images
from sculpt.models.stacked import Stack
from sculpt.training.engine import Engine

BATCH = 500


Batches = Iterable[tuple[Tensor, Tensor]]


def evaluate(network: Stack, batches: Batches, autocast: Any) -> tuple[Tensor, Tensor]:
    """Loss and predicted class of every image: two tensors (R, N), from batches as `plain_batches` makes them.

    The losses are in float32, and in float64 of a network in float64.
    """
    losses, predictions = [], []
    for logits, labels in judged(network, batches, autocast):
        loss = cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="none")
        losses.append(loss.unflatten(0, labels.shape))
        predictions.append(logits.argmax(2))
    return torch.cat(losses, 1), torch.cat(predictions, 1)


def judged(network: Stack, batches: Batches, autocast: Any) -> Iterator[tuple[Tensor, Tensor]]:
    """Of each batch the logits (R, B, classes), in float32 or float64, and the labels (R, B)."""
    network.eval()
    for images, labels in batches:
        with torch.no_grad(), autocast:
            logits = network(images)
        yield logits.to(torch.promote_types(logits.dtype, torch.float32)), labels


def accuracy_and_loss(engine: Engine, images: Images) -> list[dict[str, float]]:
    """Accuracy (percent) and mean loss of each replicate on a split. The sums are exact, so of no processor's order."""
    losses, predictions = engine.evaluate(images)
    correct = predictions == images.labels[:, :1].T
    return [
        {"accuracy": 100 * int(hit.sum()) / len(hit), "loss": fsum(loss.tolist()) / len(loss)}
        for hit, loss in zip(correct, losses, strict=True)
    ]


def plain_batches(images: Images, replicates: int) -> Iterator[tuple[Tensor, Tensor]]:
    """A split in order, without augmentation, the same images for every replicate."""
    index = torch.arange(len(images), device=images.pixels.device)
    return (images.plain(part, replicates) for part in index.split(BATCH))
