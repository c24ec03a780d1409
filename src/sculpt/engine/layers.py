"""The lists of one convolution or linear head as the kernels read them; a mask fills them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sculpt.engine import lists
from sculpt.engine.buffers import aligned
from sculpt.engine.graph import Convolution, Graph
from sculpt.engine.lists import Field, Rows
from sculpt.engine.norms import Norm

PARITIES = ((0, 0), (0, 1), (1, 0), (1, 1))
EVERY = (-1, -1)
"""The parity of lists that write every position."""


class Kept:
    """A `Lists` of program.h; programs point to it, so that it stays in place when it is filled again."""

    def __init__(self, ffi: Any):
        self.ffi = ffi
        self.struct = ffi.new("Lists *")

    def fill(self, rows: Rows) -> None:
        cast = self.ffi.cast
        self.rows = rows
        self.values = aligned(max(len(rows.weights), 1))
        self.struct.groups = cast("Group *", rows.groups.ctypes.data)
        self.struct.offsets = cast("int32_t *", rows.offsets.ctypes.data)
        self.struct.weights = cast("int32_t *", rows.weights.ctypes.data)
        self.struct.values = cast("float *", self.values.ctypes.data)
        self.struct.groups_count, self.struct.values_count = len(rows.groups), len(rows.weights)

    def gather(self, weights: NDArray[np.float32]) -> None:
        """The values from the array of all parameters."""
        of = self.rows.weights
        self.values[: len(of)] = np.where(of >= 0, weights[of], np.float32(0))


class Layer:
    """A convolution with its batch norm (None: the head), and its lists.

    forward: for what it makes; backward: for the gradient of what it reads, by the parity of the positions that they
    write; none where that is the picture.
    """

    def __init__(self, ffi: Any, graph: Graph, convolution: Convolution, norm: Norm | None):
        self.convolution, self.norm = convolution, norm
        self.forward = Kept(ffi)
        shape = convolution.shape
        self.halo = convolution.kernel // 2
        """Of the gradient that the input gradient is computed from."""
        self._gradient = Field.of(shape.height, shape.width, self.halo)
        read = graph.values[convolution.source].shape
        self._source = Field.of(read.height, read.width, graph.halo(convolution.source)) if norm else Field(1, 1)
        parities = [EVERY]
        if convolution.stride == 2:
            parities = [(y, x) for y, x in PARITIES if y < read.height and x < read.width]
        self.backward = {parity: Kept(ffi) for parity in parities} if convolution.source else {}

    def fill(self, places: NDArray[np.int32]) -> None:
        """Take the places of the kept weights among all parameters; a linear weight has two axes."""
        convolution = self.convolution
        places = places.reshape(convolution.weight_shape)
        self.forward.fill(self.of_weights(places))
        for parity, kept in self.backward.items():
            if parity == EVERY:
                kept.fill(lists.backward(convolution, places, self._gradient))
            else:
                kept.fill(lists.backward_of_parity(convolution, places, self._gradient, parity))

    def of_weights(self, places: NDArray[np.int32]) -> Rows:
        return lists.forward(self.convolution, places.reshape(self.convolution.weight_shape), self._source)

    def all_lists(self) -> list[Kept]:
        return [self.forward, *self.backward.values()]
