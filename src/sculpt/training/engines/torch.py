"""PyTorch, on a CPU or on CUDA: any model, loss and update rule; all replicates side by side in one network."""

from collections.abc import Iterator

import torch
from torch import Tensor

from sculpt.core.settings import Values
from sculpt.core.tensors import Tensors
from sculpt.data.augmentation import Images
from sculpt.models.stacked import Stack
from sculpt.training.device.flags import set_flags
from sculpt.training.device.graph import captured
from sculpt.training.device.lacking import lacking as lacking
from sculpt.training.device.precision import autocast, computing, precise
from sculpt.training.device.scaling import LossScaling
from sculpt.training.evaluation import evaluate, judged, plain_batches
from sculpt.training.records import TrainingError
from sculpt.training.step import Step, train_epoch


def start(settings: Values, network: Stack, threads: int) -> "TorchEngine":
    return TorchEngine(settings, network)


class TorchEngine:
    """An `Engine` that computes as the job's execution profile says: with the network, or with a copy of it.

    settings: of a job. It sets the process's switches (`device.flags`), which hold until another engine starts. The
    number of threads is the process's (`device.execution.be_deterministic`).
    """

    def __init__(self, settings: Values, network: Stack):
        self.training, self.network, self.profile = settings.get("training"), network, settings["profile"]
        set_flags(self.profile)
        self.computing = computing(network, self.profile)
        self.autocast = autocast(self.profile, next(network.parameters()).device)

    def take(self, mask: Tensors | None = None) -> None:
        if self.computing is not self.network:
            self.computing.load(self.network.checkpoint())
        dense = mask is None or all(bool(kept.all()) for kept in mask.values())
        stays = self.training is None or "between" not in self.training
        self.masks = [] if dense and stays else list(self.computing.stack(mask).values())
        self.step, self.resumed = None, None

    def change(self, mask: Tensors, weights: Tensors | None, at_rest: bool) -> None:
        if weights is not None:
            self.computing.load(weights)
        self.step.change(list(self.computing.stack(mask).values()), at_rest)

    def give(self) -> None:
        if self.computing is not self.network:
            self.network.load(self.computing.checkpoint())

    def train(self, images: Images, draws: Tensor, rates: list[float]) -> tuple[Tensor, Tensor]:
        if self.profile.get("batch_order") == "reversed":
            draws = draws.flip(2)
        if self.step is None:
            self.step = self._begun(precise(images, self.profile), draws)
            if self.resumed is not None:
                _copy(self.step.kept(), self.resumed)
            graph = images.pixels.is_cuda and self.step.scaling is None
            self.advance = captured(self.step) if graph else self.step
        found = train_epoch(self.step, self.advance, draws, rates)
        if self.step.scaling and (lost := self.step.scaling.lost()):
            of = f"{lost} of {self.network.replicates} seeds"
            raise TrainingError(f"no scale of the loss makes the float16 gradients of {of} finite")
        return found

    def evaluate(self, images: Images) -> tuple[Tensor, Tensor]:
        return evaluate(self.computing, self._plain(images), self.autocast)

    def logits(self, images: Images) -> Tensor:
        """The logits of each image of a split, without augmentation: (R, N, classes), float64."""
        found = judged(self.computing, self._plain(images), self.autocast)
        return torch.cat([logits.double() for logits, _ in found], 1)

    def estimate(self, images: Images) -> None:
        layers = [layer for layer in self.computing.modules() if isinstance(layer, torch.nn.BatchNorm2d)]
        momentum = [layer.momentum for layer in layers]
        self.computing.train()
        with torch.no_grad(), self.autocast:
            for i, (x, _) in enumerate(self._plain(images), start=1):
                for layer in layers:
                    layer.momentum = 1 / i  # the plain average over the batches
                self.computing(x)
        for layer, value in zip(layers, momentum, strict=True):
            layer.momentum = value

    def kept(self) -> list[Tensor]:
        """Also the weights and statistics of a copy: in float64 they have more bits than the network's."""
        return [*self._own(), *self.step.kept()]

    def go_on(self, kept: list[Tensor]) -> None:
        own = self._own()
        _copy(own, kept[: len(own)])
        self.resumed = kept[len(own) :]

    def _own(self) -> list[Tensor]:
        """The weights and statistics of a copy, none where the network itself computes."""
        return [] if self.computing is self.network else list(self.computing.state_dict().values())

    def _begun(self, images: Images, draws: Tensor) -> Step:
        scaling = None
        if self.profile["precision"] == "float16":
            scaling = LossScaling(self.network.replicates, images.device)
        return Step(self.computing, images, self.masks, self.training, self.autocast, draws, scaling)

    def _plain(self, images: Images) -> Iterator[tuple[Tensor, Tensor]]:
        return plain_batches(precise(images, self.profile), self.network.replicates)


def _copy(tensors: list[Tensor], values: list[Tensor]) -> None:
    for tensor, value in zip(tensors, values, strict=True):
        tensor.copy_(value)
