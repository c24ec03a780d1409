"""What the criteria that score on data share: their network, their images and their loss."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from sculpt.core.randomness import generator
from sculpt.data.augmentation import Images
from sculpt.models.stacked import Stack
from sculpt.pruning.mask import ScoreError

BATCH = 256


def scoring_images(images: Images, seeds: list[int], per_class: int) -> Tensor:
    """Indices (per_class * classes, R) of training images, the same number of each class, other ones for each seed."""
    columns = []
    for column, seed in enumerate(seeds):
        labels = images.labels[:, column].cpu()
        order = torch.randperm(len(labels), generator=generator("scoring images", seed))
        found = [order[labels[order] == c][:per_class] for c in labels.unique().tolist()]
        short = min(map(len, found))
        if short < per_class:
            raise ScoreError(f"samples_per_class is {per_class}; a class has only {short} training images")
        columns.append(torch.stack(found, 1).flatten())
    return torch.stack(columns, 1).to(images.pixels.device)


def in_float64(network: Stack) -> Stack:
    """A copy to score. In float32 the rounding of torch's kernels flips signs before ReLUs, which move scores by up to
    half of the threshold, and with them masks (training-mode batch norm alone is wrong by 1e-4 in channels_last)."""
    return deepcopy(network).double()


def scoring_batches(images: Images, index: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """Unaugmented batches (B, R * channels, H, W), float64, and labels (R, B)."""
    precise = replace(images, mean=images.mean.double(), scale=images.scale.double())
    return (precise.centred(part) for part in index.split(BATCH))


def total_loss(logits: Tensor, labels: Tensor, images: int) -> Tensor:
    """A batch's part of the sum over replicates of their mean cross-entropy; each replicate's gradient is its own.

    logits: (R, B, classes); labels: (R, B); images: how many there are in all batches.
    """
    return cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="sum") / images
