"""How good a network is right after a prune, before any training."""

from collections.abc import Callable
from typing import Any

import torch

from sculpt.data.augmentation import Images
from sculpt.models.stacked import Stack
from sculpt.training.evaluation import plain_batches

Scores = list[dict[str, float]]


def just_after_prune(
    network: Stack, images: Images, validate: Callable[[], Scores], precision: Any
) -> list[dict[str, dict[str, float]]]:
    """Validation right after the prune, with the carried batch-norm statistics and with re-estimated ones.

    The carried statistics belong to the weights before the prune, so alone they say little about the new mask. The
    network is left as it was.
    """
    before = network.checkpoint()
    carried = validate()
    layers = [layer for layer in network.modules() if isinstance(layer, torch.nn.BatchNorm2d)]
    momentum = [layer.momentum for layer in layers]
    network.train()
    with torch.no_grad(), precision:
        for i, (x, _) in enumerate(plain_batches(images, network.replicates), start=1):
            for layer in layers:
                layer.momentum = 1 / i  # the plain average over the batches
            network(x)
    estimated = validate()
    for layer, value in zip(layers, momentum, strict=True):
        layer.momentum = value
    network.load(before)
    return [{"carried": c, "reestimated": e} for c, e in zip(carried, estimated, strict=True)]
