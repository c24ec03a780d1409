"""What a data set is, and fixed stratified subsets of it."""

from dataclasses import dataclass, replace

import numpy as np
from sklearn.model_selection import train_test_split

from sculpt.errors import SculptError


class DataError(SculptError):
    """A data set cannot be had as asked for; the message says why."""


@dataclass(frozen=True)
class Split:
    """`images`: uint8 (N, channels, height, width); `labels`: int64 (N,)."""

    images: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    def part(self, indices: np.ndarray) -> "Split":
        return Split(self.images[indices], self.labels[indices])


@dataclass(frozen=True)
class Splits:
    """A data set. A pixel value v enters the network as (v - mean) / scale, a channel."""

    parts: dict[str, Split]
    classes: int
    mean: tuple[float, ...]
    scale: tuple[float, ...]


def take(splits: Splits, train: int, validation: int, test: int, size: int) -> Splits:
    """Cut `validation` and `train` images from the training images and `test` from the test images.

    Stratified, and the same images every time. A smaller `size` averages neighbouring pixels.
    """
    source, held_out = splits.parts["train"], splits.parts["test"]
    if train + validation > len(source):
        raise DataError(
            f"data.train + data.validation is {train + validation}; the data set has {len(source)} training images"
        )
    if test > len(held_out):
        raise DataError(f"data.test is {test}; the data set has {len(held_out)} test images")
    rest, validation_part = cut(source, validation)
    parts = {"train": cut(rest, train)[1], "validation": validation_part, "test": cut(held_out, test)[1]}
    return replace(splits, parts={name: _resize(part, size) for name, part in parts.items()})


def cut(split: Split, count: int) -> tuple[Split, Split]:
    """The rest, and a stratified subset of `count` images, both in the order of the source."""
    if count == len(split):
        return split.part(np.arange(0)), split
    classes = len(np.unique(split.labels))
    if min(count, len(split) - count) < classes:
        raise DataError(f"cannot cut {count} of {len(split)} images: each part needs one of each of {classes} classes")
    rest, cut = train_test_split(
        np.arange(len(split)), test_size=count, stratify=split.labels, shuffle=True, random_state=0
    )
    return split.part(np.sort(rest)), split.part(np.sort(cut))


def _resize(split: Split, size: int) -> Split:
    n, channels, height, _ = split.images.shape
    if height == size:
        return split
    if height % size:
        raise DataError(f"data.size is {size}; allowed: {height} or a number that divides it")
    step = height // size
    blocks = split.images.reshape(n, channels, size, step, size, step).mean((3, 5))
    return Split(np.rint(blocks).astype(np.uint8), split.labels)
