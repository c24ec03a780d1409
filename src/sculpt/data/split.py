"""What a data set is, and fixed stratified subsets of it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from sklearn.model_selection import train_test_split

from sculpt.core.errors import SculptError

CHUNK = 512


class DataError(SculptError):
    """A data set cannot be had as asked for; the message says why."""


@dataclass(frozen=True)
class Split:
    """Labels, and images that are decoded when they are asked for, so that a subset decodes no others.

    `labels`: int64 (N,); `decode`: from a row to its image, uint8 (channels, height, width), called from many threads.
    `groups`: int64 (N,), places in `Splits.group_names`; None where there are no groups but the classes. `name`: from a
    row to the name of its file; None where images are not files.
    """

    labels: np.ndarray
    decode: Callable[[int], np.ndarray]
    groups: np.ndarray | None = None
    name: Callable[[int], str] | None = None

    def __len__(self) -> int:
        return len(self.labels)

    def part(self, rows: np.ndarray) -> "Split":
        """The images at `rows`, int64 (n,), in that order."""
        return Split(
            self.labels[rows],
            lambda row: self.decode(rows[row]),
            None if self.groups is None else self.groups[rows],
            None if self.name is None else lambda row: self.name(rows[row]),
        )

    def chunks(self, threads: int) -> Iterator[np.ndarray]:
        """All images in order, in pieces (at most CHUNK, channels, height, width).

        Threads, not processes: Pillow decodes and scales without Python's lock, and nothing is copied between them
        (JPEGs of 500x375 on 2 cores, against one: 1.85x as many with 2 threads, 1.4x with 2 processes).
        """
        with ThreadPoolExecutor(threads) as pool:
            for start in range(0, len(self), CHUNK):
                yield np.stack(list(pool.map(self.decode, range(start, min(start + CHUNK, len(self))))))


@dataclass(frozen=True)
class Splits:
    """A data set. A pixel value v enters the network as (v - mean) / scale, per channel.

    `group_names`: of the groups, where every part has `groups`; None where there are no groups but the classes.
    """

    parts: dict[str, Split]
    classes: int
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    group_names: tuple[str, ...] | None = None


def take(splits: Splits, train: int, validation: int, test: int) -> Splits:
    """Cut `validation` and `train` images from the training images and `test` from the test images.

    Stratified, and the same images every time.
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
    return replace(splits, parts=parts)


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


def in_memory(images: np.ndarray, labels: np.ndarray, size: int) -> Split:
    """A split from uint8 (N, channels, H, H) and int64 (N,); a smaller `size` averages neighbouring pixels."""
    _, channels, height, _ = images.shape
    if height % size:
        raise DataError(f"data.size is {size}; allowed: {height} or a number that divides it")
    step = height // size

    def decode(row: int) -> np.ndarray:
        blocks = images[row].reshape(channels, size, step, size, step).mean((2, 4))
        return np.rint(blocks).astype(np.uint8)

    return Split(labels, decode if step > 1 else images.__getitem__)
