"""The lists of one convolution or linear head as the kernels read them, in every place where a program names them."""

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
    """Lists of one mask, filled with values, as `Lists` of program.h."""

    def __init__(self, ffi: Any, rows: Rows, weights: NDArray[np.float32] | None = None):
        self._rows = rows
        self._values = aligned(max(len(rows.weights), 1))
        if weights is not None:
            self.gather(weights)
        fields = {
            "groups": ffi.cast("Group *", rows.groups.ctypes.data),
            "offsets": ffi.cast("int32_t *", rows.offsets.ctypes.data),
            "weights": ffi.cast("int32_t *", rows.weights.ctypes.data),
            "values": ffi.cast("float *", self._values.ctypes.data),
            "groups_count": len(rows.groups),
            "values_count": len(rows.weights),
        }
        self.struct = ffi.new("Lists *", fields)

    def gather(self, weights: NDArray[np.float32]) -> None:
        """The values from the array of all parameters."""
        of = self._rows.weights
        self._values[: len(of)] = np.where(of >= 0, weights[of], np.float32(0))


class Layer:
    """A convolution, its batch norm (None: the head), and the structs of its lists, which a mask's are copied to.

    forward: for what it makes; backward: for the gradient of what it reads, by the parity of the positions that they
    write; none where that is the picture.
    """

    def __init__(self, ffi: Any, graph: Graph, convolution: Convolution, norm: Any):
        self.convolution, self.norm = convolution, norm
        shape = convolution.shape
        self.halo = convolution.kernel // 2
        """Of the gradient that the input gradient is computed from."""
        self._gradient = Field.of(shape.height, shape.width, self.halo)
        read = graph.values[convolution.source].shape
        self._source = Field.of(read.height, read.width, graph.halo(convolution.source)) if norm else Field(1, 1)
        parities = [EVERY]
        if convolution.stride == 2:
            parities = [(y, x) for y, x in PARITIES if y < read.height and x < read.width]
        self.forward = ffi.new("Lists *")
        self.backward = {parity: ffi.new("Lists *") for parity in parities} if convolution.source else {}

    @property
    def structs(self) -> list[Any]:
        return [self.forward, *self.backward.values()]

    def rows(self, places: NDArray[np.int32]) -> list[Rows]:
        """The lists of each struct from the places of the kept weights among all parameters."""
        return [self.of_weights(places), *(self._of_inputs(places, parity) for parity in self.backward)]

    def of_weights(self, places: NDArray[np.int32]) -> Rows:
        return lists.forward(self.convolution, places.reshape(self.convolution.weight_shape), self._source)

    def _of_inputs(self, places: NDArray[np.int32], parity: tuple[int, int]) -> Rows:
        places = places.reshape(self.convolution.weight_shape)
        if parity == EVERY:
            return lists.backward(self.convolution, places, self._gradient)
        return lists.backward_of_parity(self.convolution, places, self._gradient, parity)
