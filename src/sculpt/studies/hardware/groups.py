"""Which images stand for a group, and a table with a row for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from sculpt.core.checkpoint import Checkpoint
from sculpt.core.settings import Values
from sculpt.data.augmentation import Images

SPLITS = ("train", "validation")

Measured = Callable[[Tensor, Tensor, int], Iterable[tuple]]
"""From images (B, R * channels, H, W), labels (R, B) and a group's number to the values of each replicate."""


def of_groups(
    node: Checkpoint,
    images: Callable[[str], Images],
    classes: int,
    settings: Values,
    columns: tuple[str, ...],
    measured: Measured,
) -> list[dict[str, Any]]:
    """A row per seed and group: node, seed, group (its number), images (how many of it), then the columns.

    settings: those of `sculpt.studies.hardware.sampled`. A group without images has empty values.
    """
    split, rows = images(settings["split"]), []
    for group, index in enumerate(group_rows(images, settings["split"], classes, settings["samples"])):
        values: Iterable[tuple] = [(None,) * len(columns)] * len(node.seeds)
        if len(index):
            values = measured(*precise(split, index, len(node.seeds)), group)
        for seed, of_seed in zip(node.seeds, values, strict=True):
            place = {"node": node.key, "seed": seed, "group": group, "images": len(index)}
            rows.append(place | dict(zip(columns, of_seed, strict=True)))
    return rows


def group_rows(images: Callable[[str], Images], split: str, classes: int, samples: int) -> list[Tensor]:
    """Rows of each group's first images in a split: int64, `samples` of them, or as many as the group has.

    Groups are the data set's own where it has a table of them (`Images.groups`), else the classes; a group's number is
    its place in the list. The images are the same for every node and seed, and no random number chooses them.
    """
    of_split, count = _groups(images(split)), classes
    if getattr(images(split), "groups", None) is not None:
        count = 1 + max(int(_groups(images(name)).max()) for name in SPLITS)
    return [(of_split == group).nonzero()[:samples, 0] for group in range(count)]


def precise(images: Images, rows: Tensor, replicates: int) -> tuple[Tensor, Tensor]:
    """The images at `rows` (B,) without augmentation: float64 (B, R * channels, H, W), and labels int64 (R, B)."""
    x, labels = replace(images, mean=images.mean.double(), scale=images.scale.double()).plain(rows, replicates)
    return x.contiguous(memory_format=torch.contiguous_format), labels


def _groups(images: Images) -> Tensor:
    """The group of each image of a split, int64 (N,); a class is the same for every seed."""
    groups = images.groups
    return images.labels[:, 0] if groups is None else groups.to(images.labels.device)
