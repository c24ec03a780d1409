"""One network of one seed in the engine: what the trainer works with."""

from math import isfinite, nan

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sculpt.core.tensors import Tensors
from sculpt.data.augmentation import Images
from sculpt.engine import library
from sculpt.engine.batches import Batches, Split, plain
from sculpt.engine.errors import EngineError
from sculpt.engine.parameters import Parameters, checked
from sculpt.engine.programs.layers import Kept
from sculpt.engine.programs.lists import Matrix
from sculpt.engine.programs.program import Program
from sculpt.engine.programs.programs import PLAIN_BATCH, Programs
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
        batch_size: int = PLAIN_BATCH,
        momentum: float = 0.0,
        decay: float = 0.0,
        smoothing: float = 0.0,
        threads: int = 1,
        variant: str | None = None,
        recompute: bool = True,
    ):
        shapes = {name: tuple(parameter.shape) for name, parameter in model.named_parameters()}
        settings = {"batch_size": batch_size, "momentum": momentum, "decay": decay, "smoothing": smoothing}
        graph, prunable = trace(model, shape, classes), list(model.prunable())
        how = {"threads": threads, "recompute": recompute}
        self._begin(Programs(library.load(variant), graph, shapes, prunable, **settings, **how))

    def another(self) -> "Network":
        """A network of the same kind, without weights yet, that works with the same programs and in the same memory.

        Never while this one works: they take turns.
        """
        made = Network.__new__(Network)
        made._begin(self.programs)
        return made

    def _begin(self, programs: Programs) -> None:
        self.programs = programs
        self.parameters = Parameters(programs.parameters.shapes, programs.parameters.prunable)
        self._mask: Tensors | None = None
        self._forward: Kept | None = None
        self._backward: Kept | None = None  # made when a program first needs them
        self._saved: list[NDArray[np.float32]] = []

    def load(self, weights: Tensors, mask: Tensors | None = None) -> None:
        """Take parameters and running statistics, of which the mask (None: all) keeps a part; no velocity."""
        statistics = self.programs.statistics
        shapes = self.parameters.shapes | {name: array.shape for name, array in statistics.items()}
        checked(weights, shapes, torch.float32, "checkpoint")
        changed = self._take(mask)
        packed = self.parameters.packed(weights)
        running = np.concatenate([weights[name].numpy() for name in statistics])
        self._hold([packed, np.zeros_like(packed), running], changed)

    def replace(self, mask: Tensors) -> None:
        """Take another mask; what both keep goes on with its velocity, new weights begin at zero with none."""
        weights, velocity, running = self._state()
        dense, moving, running = self.parameters.dense(weights), self.parameters.dense(velocity), running.copy()
        changed = self._take(mask)
        self._hold([self.parameters.packed(dense), self.parameters.packed(moving), running], changed)

    def weights(self) -> Tensors:
        """Parameters, zeros where they are cut, and running statistics."""
        weights, _, running = self._state()
        found, end = self.parameters.dense(weights), 0
        for name, array in self.programs.statistics.items():
            found[name] = torch.from_numpy(running[end : end + len(array)].copy())
            end += len(array)
        return found

    @property
    def velocity(self) -> list[Tensor]:
        """That of every parameter, dense, in the model's order."""
        return list(self.parameters.dense(self._state()[1]).values())

    def set_velocity(self, velocity: list[Tensor]) -> None:
        shapes = self.parameters.shapes
        if len(velocity) != len(shapes):
            raise EngineError(f"the velocity does not fit the model: {len(velocity)} tensors, expected {len(shapes)}")
        named = dict(zip(shapes, velocity, strict=True))
        checked(named, shapes, torch.float32, "velocity")
        self._state()[1][:] = self.parameters.packed(named)

    def train(self, images: Images, replicate: int, draws: Tensor, rates: list[float]) -> tuple[float, float]:
        """One step per batch of draws (batches, 4, B, R), as `epoch_draws` returns them, at these learning rates.

        Returns the mean loss and the accuracy in percent. The loss is nan where a parameter is no longer finite.
        """
        self._fits(draws.shape[2])
        training = self.programs.training
        training.update.count = self.parameters.count
        count = draws.shape[0] * draws.shape[2]
        batches = self._run(training.program, images, replicate, draws[..., replicate], count, rates=rates, back=True)
        loss, accuracy = float(batches.batch_losses.mean()), 100 * float(batches.batch_hits.sum()) / count
        if isfinite(loss) and not all(np.isfinite(array).all() for array in self._state()):
            loss = nan
        return loss, accuracy

    def evaluate(self, images: Images, replicate: int = 0) -> tuple[Tensor, Tensor]:
        """Loss (N,) float64 and predicted class (N,) int64 of every image, with the running statistics."""
        draws = plain(images, PLAIN_BATCH)
        batches = self._run(self.programs.evaluation, images, replicate, draws, len(images))
        return torch.from_numpy(batches.losses), torch.from_numpy(batches.predictions).long()

    def estimate(self, images: Images, replicate: int = 0) -> None:
        """Running statistics as the plain average over batches of the split."""
        draws = plain(images, PLAIN_BATCH)
        momenta = [1 / i for i in range(1, len(draws) + 1)]
        self._run(self.programs.estimation, images, replicate, draws, len(images), momenta=momenta)

    def gradient(self, images: Images, replicate: int, draws: Tensor) -> Tensors:
        """The gradients of all parameters, cut weights included, on one batch of draws (4, B, R); nothing changes."""
        self._fits(draws.shape[1])
        program, gradient = self.programs.every_gradient
        running = self._state()[2].copy()
        self._run(program, images, replicate, draws[None, ..., replicate], draws.shape[1], back=True)
        self._state()[2][:] = running
        found, end = self.parameters.dense(self.programs.gradient), 0
        for name in self.programs.layers:
            size = found[name].numel()
            found[name] = torch.from_numpy(gradient[end : end + size].reshape(found[name].shape).copy())
            end += size
        return found

    def _fits(self, images: int) -> None:
        """Raises EngineError where the programs have no room for batches of so many images."""
        if images > self.programs.batch_size:
            raise EngineError(f"batches of {images} images do not fit those of {self.programs.batch_size}")

    def _take(self, mask: Tensors | None) -> bool:
        """Take a mask; whether it is another than the present one."""
        prunable = {name: self.parameters.shapes[name] for name in self.parameters.prunable}
        if mask is None:
            mask = {name: torch.ones(shape, dtype=torch.bool) for name, shape in prunable.items()}
        checked(mask, prunable, torch.bool, "mask")
        if self._mask is not None and all(torch.equal(mask[name], held) for name, held in self._mask.items()):
            return False
        if self.programs.held is self:
            self.programs.held = None
        self._mask = {name: tensor.clone() for name, tensor in mask.items()}
        self.parameters.arrange({name: tensor.contiguous().numpy() for name, tensor in self._mask.items()})
        return True

    def _hold(self, state: list[NDArray[np.float32]], changed: bool) -> None:
        """Take weights, velocity and running statistics; changed: whether the lists are of another mask."""
        if changed:
            layers = self.programs.layers.items()
            self._forward, self._backward = self._lists({name: layer.outputs for name, layer in layers}), None
        for lists in filter(None, (self._forward, self._backward)):
            lists.gather(state[0])
        self._saved = state
        if self.programs.held is self:
            self.programs.held = None

    def _state(self) -> list[NDArray[np.float32]]:
        """Weights, velocity and running statistics, where they are."""
        return self.programs.state(self.parameters.count) if self.programs.held is self else self._saved

    def _lists(self, matrices: dict[str, list[Matrix]]) -> Kept:
        """Lists of the present mask, without values yet."""
        rows = []
        for name, of_layer in matrices.items():
            places = self.parameters.places(name)
            rows += [matrix.lists(places) for matrix in of_layer]
        return Kept(self.programs.library.ffi, rows)

    def enter(self, back: bool) -> None:
        """Bring the state of this network where the programs work, and that of the one before back to it.

        back: with the backward lists.
        """
        programs, ffi = self.programs, self.programs.library.ffi
        if programs.held is not self:
            if programs.held is not None:
                programs.held._saved = [array.copy() for array in programs.held._state()]
            for array, saved in zip(programs.state(self.parameters.count), self._saved, strict=True):
                array[:] = saved
            ffi.memmove(programs.forward, self._forward.structs, ffi.sizeof(programs.forward))
            programs.held, programs.going_back = self, False
        if back and not programs.going_back:
            if self._backward is None:
                self._backward = self._lists({name: layer.inputs for name, layer in programs.layers.items()})
                self._backward.gather(self._state()[0])
            ffi.memmove(programs.backward, self._backward.structs, ffi.sizeof(programs.backward))
            programs.going_back = True

    def _run(
        self,
        program: Program,
        images: Images,
        replicate: int,
        draws: Tensor,
        count: int,
        rates: list[float] | None = None,
        momenta: list[float] | None = None,
        back: bool = False,
    ) -> Batches:
        self.enter(back)
        ffi = self.programs.library.ffi
        split = Split(ffi, images, replicate, self.programs.graph.picture)
        batches = Batches(ffi, draws, count, rates or [0.0] * len(draws), momenta or [MOMENTUM] * len(draws))
        program.run(self.programs.library, split.struct, batches.struct, batches.count)
        return batches
