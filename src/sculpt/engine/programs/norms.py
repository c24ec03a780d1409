"""The state of a batch norm: its running statistics, and what a batch leaves for the next operations."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sculpt.engine.graph import Shape
from sculpt.engine.programs.buffers import aligned

OF_BATCH = ("mean", "inverse", "scale", "shift", "of_gradient", "of_value", "constant")
PARTIAL = {"sums": 3, "gradient_sums": 2}
"""Numbers of each chunk and channel."""


def norm(ffi: Any, shape: Shape, given: dict[str, NDArray[np.float32]], chunks: int) -> tuple[Any, list[Any]]:
    """A `Norm` of program.h behind a convolution that makes `shape`, and the arrays that must live as long.

    given: the fields of the parameters, their gradients and the running statistics; chunks: of a batch.
    """
    arrays = dict(given)
    arrays |= {field: aligned(shape.channels) for field in OF_BATCH}
    arrays |= {field: aligned(chunks * shape.channels * count, np.float64) for field, count in PARTIAL.items()}
    pointers = {
        field: ffi.cast("double *" if field in PARTIAL else "float *", array.ctypes.data)
        for field, array in arrays.items()
    }
    struct = ffi.new("Norm *", {"channels": shape.channels, "positions": shape.positions, **pointers})
    return struct, list(arrays.values())
