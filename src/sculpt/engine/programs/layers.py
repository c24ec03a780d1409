"""The lists of one convolution or linear head as the kernels read them, in every place where a program names them."""

import operator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sculpt.engine.graph import Convolution, Graph
from sculpt.engine.programs import lists
from sculpt.engine.programs.buffers import aligned
from sculpt.engine.programs.lists import Field, Matrix, Rows

PARITIES = ((0, 0), (0, 1), (1, 0), (1, 1))
EVERY = (-1, -1)
"""The parity of lists that write every position."""


class Kept:
    """Lists of one mask, filled with values: an array of `Lists` of program.h."""

    def __init__(self, ffi: Any, rows: list[Rows]):
        groups, offsets, self._weights = (
            np.concatenate([getattr(part, name) for part in rows]) for name in ("groups", "offsets", "weights")
        )
        self._filling = np.flatnonzero(self._weights < 0)
        self._values = aligned(len(self._weights))
        self._alive = groups, offsets
        pointers = []
        for kind, array in (
            ("Group", groups),
            ("int32_t", offsets),
            ("int32_t", self._weights),
            ("float", self._values),
        ):
            pointers.append(ffi.cast(f"{kind} *", array.ctypes.data))
        structs, starts = [], [0, 0, 0]
        for part in rows:
            group, offset, weight = starts
            places = (group, offset, weight, weight)
            lengths = len(part.groups), len(part.offsets), len(part.weights)
            structs.append((*map(operator.add, pointers, places), lengths[0], lengths[2]))
            starts = list(map(operator.add, starts, lengths))
        self.structs = ffi.new("Lists[]", structs)

    def gather(self, weights: NDArray[np.float32]) -> None:
        """The values from the array of all parameters."""
        np.take(weights, self._weights, out=self._values, mode="clip")
        self._values[self._filling] = 0


class Layer:
    """A convolution, its batch norm (None: the head), and the structs of its lists, which a mask's are copied to.

    forward: for what it makes; backward: for the gradient of what it reads, by the parity of the positions that they
    write; none where that is the picture.
    """

    def __init__(self, graph: Graph, convolution: Convolution, norm: Any):
        self.convolution, self.norm = convolution, norm
        shape, read = convolution.shape, graph.values[convolution.source].shape
        self.halo = convolution.kernel // 2
        """Of the gradient that the input gradient is computed from."""
        self._source = Field.of(read.height, read.width, graph.halo(convolution.source)) if norm else Field(1, 1)
        self._gradient = Field.of(shape.height, shape.width, self.halo)
        self.parities: list[tuple[int, int]] = []
        if convolution.source:
            halved = [(y, x) for y, x in PARITIES if y < read.height and x < read.width]
            self.parities = [EVERY] if convolution.stride == 1 else halved

    def bind(self, forward: Any, backward: list[Any]) -> None:
        """Take the structs: one for each matrix."""
        self.forward, self.backward = forward, dict(zip(self.parities, backward, strict=True))

    @cached_property
    def outputs(self) -> list[Matrix]:
        """The matrix of the forward lists."""
        return [lists.forward(self.convolution, self._source)]

    @cached_property
    def inputs(self) -> list[Matrix]:
        """Those of the backward lists."""
        if self.parities == [EVERY]:
            return [lists.backward(self.convolution, self._gradient)]
        return [lists.backward_of_parity(self.convolution, self._gradient, parity) for parity in self.parities]
