"""PyTorch, on a CPU or on CUDA: any model, loss and update rule; all replicates side by side in one network."""

import torch
from torch import Tensor

from sculpt.core.settings import Values
from sculpt.core.tensors import Tensors
from sculpt.data.augmentation import Images
from sculpt.models.stacked import Stack
from sculpt.training.device.execution import autocast
from sculpt.training.device.graph import captured
from sculpt.training.evaluation import evaluate, plain_batches
from sculpt.training.step import Step, train_epoch


def start(settings: Values, network: Stack, threads: int) -> "TorchEngine":
    return TorchEngine(settings, network)


class TorchEngine:
    """An `Engine` whose weights are those of the network.

    settings: of a job. The number of threads is the process's (`device.execution.be_deterministic`).
    """

    def __init__(self, settings: Values, network: Stack):
        self.training, self.network = settings.get("training"), network
        self.precision = autocast(settings["profile"], next(network.parameters()).device)

    def take(self, mask: Tensors | None = None) -> None:
        dense = mask is None or all(bool(kept.all()) for kept in mask.values())
        self.masks = [] if dense else list(self.network.stack(mask).values())
        self.step, self.resumed = None, None

    def give(self) -> None:
        """Nothing: the network has them."""

    def train(self, images: Images, draws: Tensor, rates: list[float]) -> tuple[Tensor, Tensor]:
        if self.step is None:
            self.step = Step(self.network, images, self.masks, self.training, self.precision, draws)
            if self.resumed is not None:
                self.step.go_on(self.resumed)
            self.advance = captured(self.step) if images.pixels.is_cuda else self.step
        return train_epoch(self.step, self.advance, draws, rates)

    def evaluate(self, images: Images) -> tuple[Tensor, Tensor]:
        return evaluate(self.network, plain_batches(images, self.network.replicates), self.precision)

    def estimate(self, images: Images) -> None:
        layers = [layer for layer in self.network.modules() if isinstance(layer, torch.nn.BatchNorm2d)]
        momentum = [layer.momentum for layer in layers]
        self.network.train()
        with torch.no_grad(), self.precision:
            for i, (x, _) in enumerate(plain_batches(images, self.network.replicates), start=1):
                for layer in layers:
                    layer.momentum = 1 / i  # the plain average over the batches
                self.network(x)
        for layer, value in zip(layers, momentum, strict=True):
            layer.momentum = value

    def kept(self) -> list[Tensor]:
        return self.step.update.state

    def go_on(self, kept: list[Tensor]) -> None:
        self.resumed = kept
