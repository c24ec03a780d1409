"""Kept weights as lists: of each output channel, where its inputs lie and which weight each is multiplied with.

A matrix has a row for each channel that is written and a column for each weight that a row may have, in the order of
the row's sum. Four rows whose entries are nearly the same share one list, in which zeros stand for what a row lacks:
then one load of an input serves four multiplications. Their height is one for every processor, so that neither the
lists nor the order of any sum depends on it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sculpt.engine.graph import Convolution

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


def forward(layer: Convolution, places: NDArray[np.int32], source: Field) -> Rows:
    """The lists of a convolution and of its weight gradient.

    places: of the shape of the weight, the place of each kept weight, -1 for the others. source: of what it reads.
    """
    channels, inputs, kernel, _ = layer.weight_shape
    steps = _steps(kernel, source.pitch) - kernel // 2 * (source.pitch + 1)
    offsets = (np.arange(inputs)[:, None] * source.plane + steps).ravel()
    return _rows(places.reshape(channels, -1), offsets, layer.groups, inputs * source.plane)


def backward(layer: Convolution, places: NDArray[np.int32], gradient: Field) -> Rows:
    """The lists of the input gradient of a convolution with stride 1; gradient: of what it reads."""
    _, _, kernel, _ = layer.weight_shape
    steps = kernel // 2 * (gradient.pitch + 1) - _steps(kernel, gradient.pitch)
    return _transposed(layer, places, steps, gradient)


def backward_of_parity(layer: Convolution, places: NDArray[np.int32], gradient: Field, parity: tuple[int, int]) -> Rows:
    """With stride 2, the lists for the positions whose row and column leave that remainder.

    Such a position 2 * a + parity was read by output a + (parity + padding - ky) / 2 where that is whole.
    """
    half = layer.kernel // 2
    windows = [[k for k in range(layer.kernel) if (side + half - k) % 2 == 0] for side in parity]
    down, right = ((side + half - np.array(window, int)) // 2 for side, window in zip(parity, windows, strict=True))
    steps = (down[:, None] * gradient.pitch + right).ravel()
    return _transposed(layer, places[:, :, windows[0]][:, :, :, windows[1]], steps, gradient)


def _steps(kernel: int, pitch: int) -> NDArray[np.int64]:
    return (np.arange(kernel)[:, None] * pitch + np.arange(kernel)).ravel()


def _transposed(layer: Convolution, places: NDArray[np.int32], steps: NDArray[np.int64], gradient: Field) -> Rows:
    """Lists whose rows are the inputs, in the order (output channel, ky, kx)."""
    outputs = layer.shape.channels // layer.groups
    split = places.reshape(layer.groups, outputs, layer.inputs // layer.groups, len(steps)).transpose(0, 2, 1, 3)
    offsets = (np.arange(outputs)[:, None] * gradient.plane + steps).ravel()
    return _rows(split.reshape(layer.inputs, outputs * len(steps)), offsets, layer.groups, outputs * gradient.plane)


def _rows(matrix: NDArray[np.int32], offsets: NDArray[np.int64], groups: int, apart: int) -> Rows:
    """The lists of a matrix of places.

    offsets: of each column, for the rows of the first of the convolution's `groups`, of which each reads `apart`
    positions after the one before.
    """
    count, columns = matrix.shape
    base = np.repeat(np.arange(groups) * apart, count // groups)
    kept = matrix >= 0
    shared = count // HEIGHT
    tall, tall_kept = matrix[: shared * HEIGHT].reshape(shared, HEIGHT, columns), kept[: shared * HEIGHT]
    union = tall_kept.reshape(shared, HEIGHT, columns).any(1)
    sizes, filled = np.count_nonzero(union, 1), np.count_nonzero(tall_kept.reshape(shared, HEIGHT * columns), 1)
    first = np.arange(shared) * HEIGHT
    alike = (sizes > 0) & (100 * filled >= FILLED * HEIGHT * sizes) & (base[first] == base[first + HEIGHT - 1])
    one, column = np.nonzero(union[alike])
    together = np.flatnonzero(alike)
    tall_offsets = offsets[column] + base[first[together]][one]
    tall_weights = tall[together[one], :, column]

    alone = np.ones(count, bool)
    alone[: shared * HEIGHT] = ~np.repeat(alike, HEIGHT)
    single = np.flatnonzero(alone)
    row, place = np.nonzero(kept[single])
    lengths = np.bincount(row, minlength=len(single))
    single_offsets = offsets[place] + base[single][row]

    entries = np.concatenate([sizes[together], lengths])
    rows = np.repeat([HEIGHT, 1], [len(together), len(single)])
    channels = np.concatenate([first[together], single])
    group = [channels, rows, entries, _starts(entries), _starts(entries * rows)]
    return Rows(
        np.stack(group, 1).astype(np.int32),
        np.concatenate([tall_offsets, single_offsets]).astype(np.int32),
        np.concatenate([tall_weights.ravel(), matrix[single[row], place]]),
    )


def _starts(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each of several stretches that follow each other begins."""
    return np.cumsum(lengths) - lengths
