"""The lists of one convolution or linear head as the kernels read them, in every place where a program names them."""

import operator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sculpt.engine import lists
from sculpt.engine.buffers import aligned
from sculpt.engine.graph import Convolution, Graph
from sculpt.engine.lists import Field, Rows

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
    write; none where that is the picture. matrices: in the order of the structs.
    """

    def __init__(self, graph: Graph, convolution: Convolution, norm: Any):
        self.convolution, self.norm = convolution, norm
        shape, read = convolution.shape, graph.values[convolution.source].shape
        self.halo = convolution.kernel // 2
        """Of the gradient that the input gradient is computed from."""
        source = Field.of(read.height, read.width, graph.halo(convolution.source)) if norm else Field(1, 1)
        self.matrices = [lists.forward(convolution, source)]
        gradient = Field.of(shape.height, shape.width, self.halo)
        self._parities: list[tuple[int, int]] = []
        if convolution.source and convolution.stride == 1:
            self._parities = [EVERY]
            self.matrices.append(lists.backward(convolution, gradient))
        elif convolution.source:
            self._parities = [(y, x) for y, x in PARITIES if y < read.height and x < read.width]
            self.matrices += [lists.backward_of_parity(convolution, gradient, parity) for parity in self._parities]

    def bind(self, structs: list[Any]) -> None:
        """Take the structs of the lists, one for each matrix."""
        self.forward, *others = structs
        self.backward = dict(zip(self._parities, others, strict=True))
