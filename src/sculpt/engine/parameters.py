"""The parameters of one network side by side: what is updated is one array, without the weights that are cut."""

from collections.abc import Mapping
from math import prod

import numpy as np
import torch
from numpy.typing import NDArray

from sculpt.core.tensors import Tensors
from sculpt.engine.buffers import aligned
from sculpt.engine.errors import EngineError

Shapes = dict[str, tuple[int, ...]]


class Parameters:
    """Biases and batch norms first, whose places never change, then the kept weights, layer after layer.

    shapes: of every parameter, in the order of the model; prunable: the names of those that a mask cuts.
    """

    def __init__(self, shapes: Shapes, prunable: list[str]):
        self.shapes, self.prunable = shapes, prunable
        self.starts: dict[str, int] = {}
        self.kept: dict[str, NDArray[np.int64]] = {}
        self.fixed = 0
        for name, shape in shapes.items():
            if name not in prunable:
                self.starts[name] = self.fixed
                self.fixed += prod(shape)
        self.room = self.fixed + sum(prod(shapes[name]) for name in prunable)
        self.weights, self.velocity, self.gradient = (aligned(self.room) for _ in range(3))
        self.count = self.fixed

    def arrange(self, mask: Mapping[str, NDArray[np.bool_]]) -> None:
        """Take another mask; weights and velocity then have no meaning until they are filled."""
        self.count = self.fixed
        for name in self.prunable:
            self.kept[name] = np.flatnonzero(mask[name])
            self.starts[name] = self.count
            self.count += len(self.kept[name])

    def places(self, name: str) -> NDArray[np.int32]:
        """Of the shape of a prunable weight: the place of each kept one, -1 for the others."""
        found = np.full(prod(self.shapes[name]), -1, np.int32)
        found[self.kept[name]] = np.arange(self.starts[name], self.starts[name] + len(self.kept[name]), dtype=np.int32)
        return found.reshape(self.shapes[name])

    def part(self, array: NDArray[np.float32], name: str) -> NDArray[np.float32]:
        """The part of an array of all parameters that belongs to one of them."""
        count = len(self.kept[name]) if name in self.kept else prod(self.shapes[name])
        return array[self.starts[name] : self.starts[name] + count]

    def fill(self, array: NDArray[np.float32], tensors: Tensors) -> None:
        """From dense tensors of the shapes; what is cut is left out."""
        for name in self.shapes:
            dense = tensors[name].detach().contiguous().numpy().reshape(-1)
            self.part(array, name)[:] = dense[self.kept[name]] if name in self.kept else dense

    def dense(self, array: NDArray[np.float32]) -> Tensors:
        """As dense tensors of the shapes, zeros where weights are cut."""
        found = {}
        for name, shape in self.shapes.items():
            part = self.part(array, name)
            if name in self.kept:
                whole = np.zeros(prod(shape), np.float32)
                whole[self.kept[name]] = part
                found[name] = torch.from_numpy(whole.reshape(shape))
            else:
                found[name] = torch.from_numpy(part.copy().reshape(shape))
        return found


def checked(tensors: Tensors, shapes: Shapes, kind: torch.dtype, what: str) -> None:
    """Raise EngineError where tensors have not exactly these names and shapes and that type."""
    if tensors.keys() != shapes.keys():
        differing = ", ".join(sorted(tensors.keys() ^ shapes.keys())[:3])
        raise EngineError(f"the {what} does not fit the model: only one of the two has {differing}")
    for name, shape in shapes.items():
        tensor = tensors[name]
        if tuple(tensor.shape) != shape:
            raise EngineError(f"the {what} does not fit the model: {name} is {tuple(tensor.shape)}, expected {shape}")
        if tensor.dtype != kind:
            raise EngineError(f"the {what} does not fit the model: {name} is {tensor.dtype}, expected {kind}")
