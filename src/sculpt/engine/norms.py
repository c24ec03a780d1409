"""The state of a batch norm: its running statistics, and what a batch leaves for the next operations."""

from typing import Any

import numpy as np

from sculpt.engine.buffers import aligned
from sculpt.engine.graph import Shape
from sculpt.engine.parameters import Parameters

OF_BATCH = ("mean", "inverse", "scale", "shift", "of_gradient", "of_value", "constant")
RUNNING = {"running_mean": "running_mean", "running_variance": "running_var"}
"""Fields of the kernels, and what a checkpoint calls them."""


class Norm:
    """One batch norm behind a convolution that makes `shape`; chunks: of a batch, each with its own partial sums."""

    def __init__(self, ffi: Any, name: str, shape: Shape, parameters: Parameters, chunks: int):
        channels = shape.channels
        self.name = name
        self.running = {f"{name}.{there}": aligned(channels) for there in RUNNING.values()}
        self.arrays = {here: self.running[f"{name}.{there}"] for here, there in RUNNING.items()}
        self.arrays |= {field: aligned(channels) for field in OF_BATCH}
        self.arrays["sums"] = aligned(chunks * channels * 3, np.float64)
        self.arrays["gradient_sums"] = aligned(chunks * channels * 2, np.float64)
        for field in ("weight", "bias"):
            place = parameters.starts[f"{name}.{field}"]
            self.arrays[field] = parameters.weights[place : place + channels]
            self.arrays[f"{field}_gradient"] = parameters.gradient[place : place + channels]
        kinds = {np.dtype(np.float32): "float *", np.dtype(np.float64): "double *"}
        pointers = {field: ffi.cast(kinds[array.dtype], array.ctypes.data) for field, array in self.arrays.items()}
        self.struct = ffi.new("Norm *", {"channels": channels, "positions": shape.positions, **pointers})
