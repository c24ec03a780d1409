"""One network of one seed in the engine: what the trainer works with."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from sculpt.core.tensors import Tensors
from sculpt.data.augmentation import Images
from sculpt.engine import library
from sculpt.engine.batches import Batches, Split, plain
from sculpt.engine.buffers import aligned
from sculpt.engine.errors import EngineError
from sculpt.engine.layers import Kept
from sculpt.engine.parameters import Parameters, checked
from sculpt.engine.programs import PLAIN_BATCH, Gradients, Program, Programs
from sculpt.engine.trace import trace
from sculpt.models.stacked import Stack

MOMENTUM = 0.1
"""The share of a batch's statistics in the running ones; torch's default."""


class Network:
    """The kept weights of one replicate as lists, and the programs that train and evaluate them.

    model: of one replicate; only its structure is read. shape: (channels, height, width) of what enters. recompute:
    False stores every value, for tests. Tensors go in and out without the axis of replicates. Raises EngineError on a
    model that the engine cannot take.
    """

    def __init__(
        self,
        model: Stack,
        shape: tuple[int, int, int],
        classes: int,
        *,
        batch_size: int,
        momentum: float,
        decay: float,
        smoothing: float,
        threads: int = 1,
        variant: str | None = None,
        recompute: bool = True,
    ):
        self.graph = trace(model, shape, classes)
        self.library = library.load(variant)
        self.batch_size, self.smoothing = batch_size, smoothing
        prunable = list(model.prunable())
        shapes = {name: tuple(parameter.shape) for name, parameter in model.named_parameters()}
        self.parameters = Parameters(shapes, prunable)
        self.programs = Programs(self.library, self.graph, self.parameters, batch_size, threads, recompute)
        self.training = self.programs.training(momentum, decay, smoothing)
        self._norms = [layer.norm for layer in self.programs.layers.values() if layer.norm]
        self._shapes = shapes | {name: array.shape for norm in self._norms for name, array in norm.running.items()}
        self._masks = {name: shapes[name] for name in prunable}
        self._mask: Tensors | None = None
        self._others: dict[str, Any] = {}
        self._everything: tuple[Gradients, np.ndarray] | None = None

    def load(self, weights: Tensors, mask: Tensors | None = None) -> None:
        """Take parameters and running statistics, of which the mask (None: all) keeps a part; no velocity."""
        checked(weights, self._shapes, torch.float32, "checkpoint")
        self._take(mask)
        self.parameters.fill(self.parameters.weights, weights)
        self.parameters.velocity[: self.parameters.count] = 0
        for norm in self._norms:
            for name, array in norm.running.items():
                array[:] = weights[name].numpy()
        self._gather()

    def replace(self, mask: Tensors) -> None:
        """Take another mask; what both keep goes on with its velocity, new weights begin at zero with none."""
        weights, velocity = (self.parameters.dense(array) for array in self._trained())
        self._take(mask)
        for array, dense in zip(self._trained(), (weights, velocity), strict=True):
            self.parameters.fill(array, dense)
        self._gather()

    def weights(self) -> Tensors:
        """Parameters, zeros where they are cut, and running statistics."""
        running = {name: array for norm in self._norms for name, array in norm.running.items()}
        found = self.parameters.dense(self.parameters.weights)
        return found | {name: torch.from_numpy(array.copy()) for name, array in running.items()}

    @property
    def velocity(self) -> list[Tensor]:
        """That of every parameter, dense, in the model's order."""
        return list(self.parameters.dense(self.parameters.velocity).values())

    def set_velocity(self, velocity: list[Tensor]) -> None:
        named = dict(zip(self.parameters.shapes, velocity, strict=True))
        checked(named, self.parameters.shapes, torch.float32, "velocity")
        self.parameters.fill(self.parameters.velocity, named)

    def train(self, images: Images, replicate: int, draws: Tensor, rates: list[float]) -> tuple[float, float]:
        """One step per batch of draws (batches, 4, B, R), as `epoch_draws` returns them, at these learning rates.

        Returns the mean loss and the accuracy in percent. Raises EngineError where a loss or a parameter is no longer
        finite.
        """
        if draws.shape[2] > self.batch_size:
            raise EngineError(f"batches of {draws.shape[2]} images do not fit those of {self.batch_size}")
        count = draws.shape[0] * draws.shape[2]
        batches = self._run(self.training.program, images, replicate, draws[..., replicate], count, rates=rates)
        loss, accuracy = float(batches.batch_losses.mean()), 100 * float(batches.batch_hits.sum()) / count
        if not np.isfinite(loss) or not np.isfinite(self.parameters.weights[: self.parameters.count]).all():
            raise EngineError(f"the mean loss of the epoch is {loss}, and a weight is not finite")
        return loss, accuracy

    def evaluate(self, images: Images, replicate: int = 0) -> tuple[Tensor, Tensor]:
        """Loss (N,) float64 and predicted class (N,) int64 of every image, with the running statistics."""
        program = self._other("evaluation", self.programs.evaluation)
        batches = self._run(program, images, replicate, plain(images, PLAIN_BATCH), len(images))
        return torch.from_numpy(batches.losses), torch.from_numpy(batches.predictions).long()

    def estimate(self, images: Images, replicate: int = 0) -> None:
        """Running statistics as the plain average over batches of the split."""
        program = self._other("statistics", self.programs.statistics)
        draws = plain(images, PLAIN_BATCH)
        momenta = [1 / i for i in range(1, len(draws) + 1)]
        self._run(program, images, replicate, draws, len(images), momenta=momenta)

    def gradient(self, images: Images, replicate: int, draws: Tensor) -> Tensors:
        """The gradients of all parameters, cut weights included, on one batch of draws (4, B, R); nothing changes."""
        if self._everything is None:
            lists = {name: Kept(self.library.ffi) for name in self.programs.layers}
            start = self.parameters.fixed
            for name, kept in lists.items():
                shape = self.parameters.shapes[name]
                places = np.arange(start, start + np.prod(shape), dtype=np.int32).reshape(shape)
                kept.fill(self.programs.layers[name].of_weights(places))
                start += places.size
            gradient = aligned(start)
            made = self.programs.every_gradient(self.smoothing, lists, gradient)
            made.fit(0)
            self._everything = made, gradient
        made, gradient = self._everything
        running = {name: array.copy() for norm in self._norms for name, array in norm.running.items()}
        self._run(made.program, images, replicate, draws[None, ..., replicate], draws.shape[1])
        for norm in self._norms:
            for name, array in norm.running.items():
                array[:] = running[name]
        found = self.parameters.dense(self.parameters.gradient)
        start = self.parameters.fixed
        for name in self.programs.layers:
            size = found[name].numel()
            found[name] = torch.from_numpy(gradient[start : start + size].reshape(found[name].shape).copy())
            start += size
        return found

    def _trained(self) -> tuple[np.ndarray, np.ndarray]:
        return self.parameters.weights, self.parameters.velocity

    def _take(self, mask: Tensors | None) -> None:
        """Build the lists of a mask, if it is another than the present one."""
        if mask is None:
            mask = {name: torch.ones(shape, dtype=torch.bool) for name, shape in self._masks.items()}
        checked(mask, self._masks, torch.bool, "mask")
        if self._mask is not None and all(torch.equal(mask[name], held) for name, held in self._mask.items()):
            return
        self._mask = {name: tensor.clone() for name, tensor in mask.items()}
        self.parameters.arrange({name: tensor.contiguous().numpy() for name, tensor in self._mask.items()})
        for name, layer in self.programs.layers.items():
            layer.fill(self.parameters.places(name))
        self.training.fit(self.parameters.count)

    def _gather(self) -> None:
        for layer in self.programs.layers.values():
            for kept in layer.all_lists():
                kept.gather(self.parameters.weights)

    def _other(self, name: str, build: Callable[[], Program]) -> Program:
        """A program that is built when it is first needed."""
        if name not in self._others:
            self._others[name] = build()
        return self._others[name]

    def _run(
        self,
        program: Program,
        images: Images,
        replicate: int,
        draws: Tensor,
        count: int,
        rates: list[float] | None = None,
        momenta: list[float] | None = None,
    ) -> Batches:
        split = Split(self.library.ffi, images, replicate, self.graph.picture)
        numbers = (rates or [0.0] * len(draws), momenta or [MOMENTUM] * len(draws))
        batches = Batches(self.library.ffi, draws, count, *numbers)
        program.run(self.library, split.struct, batches.struct, batches.count)
        return batches
