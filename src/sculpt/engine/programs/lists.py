"""Kept weights as lists: of each output channel, where its inputs lie and which weight each is multiplied with.

A matrix has a row for each channel that is written and a column for each weight that a row may have, in the order of
the row's sum. Four rows whose entries are nearly the same share one list, in which zeros stand for what a row lacks:
then one load of an input serves four multiplications. Their height is one for every processor, so that neither the
lists nor the order of any sum depends on it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sculpt.engine.graph import Convolution

Arranged = Callable[[NDArray[np.int32]], NDArray[np.int32]]
HEIGHT = 4
"""Rows that share one list."""
FILLED = 85
"""Percent of a shared list that must be kept weights."""


@dataclass(frozen=True)
class Field:
    """How far apart the rows (`pitch`) and the channels (`plane`) of a picture with its halo lie, in positions."""

    pitch: int
    plane: int

    @classmethod
    def of(cls, height: int, width: int, halo: int) -> "Field":
        return cls(width + halo, (height + halo) * (width + halo))


@dataclass(frozen=True)
class Rows:
    """Lists as `Lists` of program.h has them.

    groups: int32 (n, 5), the fields of `Group`; offsets: int32, per entry; weights: int32, the place of each value
    among all parameters, -1 for a zero that fills a shared list.
    """

    groups: NDArray[np.int32]
    offsets: NDArray[np.int32]
    weights: NDArray[np.int32]


class Matrix:
    """Which places, in which order, the rows of a convolution's lists have; the same for every mask.

    arranged: makes `rows` rows from an array of the shape of the weight; offsets: of each column, for the rows of the
    first of the convolution's `groups`; apart: by how many positions the rows of each group read after those of the
    one before.
    """

    def __init__(self, rows: int, arranged: Arranged, offsets: NDArray[np.int64], groups: int, apart: int):
        self.rows, self.columns = rows, len(offsets)
        self._arranged, self._offsets = arranged, offsets.astype(np.int32)
        self._base = np.repeat(np.arange(groups, dtype=np.int32) * np.int32(apart), self.rows // groups)
        self._shared = self.rows // HEIGHT
        self._first = np.arange(self._shared) * HEIGHT
        self._together = self._base[self._first] == self._base[self._first + HEIGHT - 1]

    def lists(self, places: NDArray[np.int32]) -> Rows:
        """The lists of a mask; places: of the shape of the weight, that of each kept one, -1 for the others."""
        matrix = self._arranged(places)
        kept = matrix >= 0
        tall = kept[: self._shared * HEIGHT].reshape(self._shared, HEIGHT, self.columns)
        union = np.logical_or.reduce(tall, 1)
        sizes, filled = np.count_nonzero(union, 1), np.count_nonzero(tall, (1, 2))
        alike = (100 * filled >= FILLED * HEIGHT * sizes) & (sizes > 0) & self._together
        if not alike.any():
            return self._single(matrix, kept, np.arange(self.rows))
        chosen = np.flatnonzero(alike)
        group, column = np.nonzero(union[chosen])
        weights = matrix[: self._shared * HEIGHT].reshape(tall.shape)[chosen[group], :, column]
        offsets = self._offsets[column] + self._base[self._first[chosen]][group]
        shared = Rows(_groups(self._first[chosen], HEIGHT, sizes[chosen]), offsets, weights.ravel())
        alone = np.ones(self.rows, bool)
        alone[: self._shared * HEIGHT] = ~np.repeat(alike, HEIGHT)
        single = np.flatnonzero(alone)
        rest = self._single(matrix[single], kept[single], single)
        rest.groups[:, 3:] += [len(shared.offsets), len(shared.weights)]
        pairs = ((shared.groups, rest.groups), (shared.offsets, rest.offsets), (shared.weights, rest.weights))
        return Rows(*(np.concatenate(pair) for pair in pairs))

    def _single(self, matrix: NDArray[np.int32], kept: NDArray[np.bool_], channels: NDArray[np.int64]) -> Rows:
        """Lists of one row each."""
        row, column = np.nonzero(kept)
        offsets = self._offsets[column] + self._base[channels[row]]
        return Rows(_groups(channels, 1, np.bincount(row, minlength=len(channels))), offsets, matrix[kept])


def forward(layer: Convolution, source: Field) -> Matrix:
    """Of a convolution and its weight gradient; source: of what it reads."""
    channels, inputs, kernel, _ = layer.weight_shape
    steps = _steps(kernel, source.pitch) - kernel // 2 * (source.pitch + 1)
    offsets = (np.arange(inputs)[:, None] * source.plane + steps).ravel()
    arranged = partial(np.reshape, shape=(channels, len(offsets)))
    return Matrix(channels, arranged, offsets, layer.groups, inputs * source.plane)


def backward(layer: Convolution, gradient: Field) -> Matrix:
    """Of the input gradient of a convolution with stride 1; gradient: of what it reads."""
    kernel = layer.kernel
    steps = kernel // 2 * (gradient.pitch + 1) - _steps(kernel, gradient.pitch)
    return _transposed(layer, slice(None), slice(None), steps, gradient)


def backward_of_parity(layer: Convolution, gradient: Field, parity: tuple[int, int]) -> Matrix:
    """With stride 2, for the positions whose row and column leave that remainder.

    Such a position 2 * a + parity was read by output a + (parity + padding - ky) / 2 where that is whole.
    """
    half, every = layer.kernel // 2, np.arange(layer.kernel)
    windows = [every[(side + half - every) % 2 == 0] for side in parity]
    down, right = ((side + half - window) // 2 for side, window in zip(parity, windows, strict=True))
    taken = (slice(*window[[0, -1]] + [0, 1], 2) if len(window) else slice(0) for window in windows)
    return _transposed(layer, *taken, (down[:, None] * gradient.pitch + right).ravel(), gradient)


def _steps(kernel: int, pitch: int) -> NDArray[np.int64]:
    return (np.arange(kernel)[:, None] * pitch + np.arange(kernel)).ravel()


def _transposed(layer: Convolution, down: slice, right: slice, steps: NDArray[np.int64], gradient: Field) -> Matrix:
    """Rows are the inputs, columns in the order (output channel, ky, kx) of those rows and columns of the window."""
    shape = layer.weight_shape
    outputs, inputs = shape[0] // layer.groups, shape[1]
    offsets = (np.arange(outputs)[:, None] * gradient.plane + steps).ravel()

    def arranged(places: NDArray[np.int32]) -> NDArray[np.int32]:
        window = places.reshape(shape)[:, :, down, right] if len(steps) < layer.kernel**2 else places
        split = window.reshape(layer.groups, outputs, inputs, len(steps)).transpose(0, 2, 1, 3)
        return split.reshape(layer.inputs, len(offsets))

    return Matrix(layer.inputs, arranged, offsets, layer.groups, outputs * gradient.plane)


def _groups(channels: NDArray[np.int64], rows: int, entries: NDArray[np.int64]) -> NDArray[np.int32]:
    """Groups of so many rows that follow each other; the last two fields are where each begins."""
    groups = np.empty((len(channels), 5), np.int32)
    starts = np.cumsum(entries) - entries
    for place, field in enumerate((channels, rows, entries, starts, rows * starts)):
        groups[:, place] = field
    return groups
