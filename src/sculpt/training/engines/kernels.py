"""The project's kernels: on a CPU, float32, only kept weights, the same bits on every processor (docs/engine.md)."""

import torch
from torch import Tensor

from sculpt.core.settings import Values
from sculpt.core.tensors import Tensors
from sculpt.data.augmentation import Images
from sculpt.engine.network import Network
from sculpt.models.build import build
from sculpt.models.stacked import Stack


def start(settings: Values, network: Stack, threads: int) -> "KernelEngine":
    return KernelEngine(settings, network, threads)


class KernelEngine:
    """An `Engine` with a network of its own for each replicate; they compute in turn.

    settings: of a job; its model, and, for training, its section `training`.
    """

    def __init__(self, settings: Values, network: Stack, threads: int):
        self.settings, self.network, self.threads = settings, network, threads
        self._own: list[Network] = []

    def take(self, mask: Tensors | None = None) -> None:
        if mask is None:
            mask = {name: weight != 0 for name, weight in self.network.split(self.network.prunable()).items()}
        self._taken, self._velocity = (self.network.checkpoint(), mask), None

    def change(self, mask: Tensors, weights: Tensors | None, at_rest: bool) -> None:
        for r, own in enumerate(self._own):
            if weights is None:
                own.replace(_one(mask, r))
            else:
                velocity = own.velocity  # zero where weights were cut
                own.load(_one(weights, r), _one(mask, r))
                own.set_velocity(velocity)
            if at_rest:
                own.set_velocity([torch.zeros_like(velocity) for velocity in own.velocity])

    def give(self) -> None:
        if self._taken is None:
            found = [own.weights() for own in self._own]
            self.network.load({name: torch.stack([part[name] for part in found]) for name in found[0]})

    def train(self, images: Images, draws: Tensor, rates: list[float]) -> tuple[Tensor, Tensor]:
        found = [own.train(images, r, draws, rates) for r, own in enumerate(self._ready(images))]
        losses, accuracies = torch.tensor(found, dtype=torch.float64).T
        return losses, accuracies

    def evaluate(self, images: Images) -> tuple[Tensor, Tensor]:
        found = [own.evaluate(images, r) for r, own in enumerate(self._ready(images))]
        losses, predictions = (torch.stack(parts) for parts in zip(*found, strict=True))
        return losses, predictions

    def estimate(self, images: Images) -> None:
        for r, own in enumerate(self._ready(images)):
            own.estimate(images, r)

    def kept(self) -> list[Tensor]:
        return [torch.stack(parts) for parts in zip(*(own.velocity for own in self._own), strict=True)]

    def go_on(self, kept: list[Tensor]) -> None:
        self._velocity = kept

    def _ready(self, images: Images) -> list[Network]:
        """The networks for images of that shape, with what was taken up."""
        if not self._own:
            first = self._started(images.shape)
            self._own = [first, *(first.another() for _ in range(self.network.replicates - 1))]
        if self._taken is not None:
            (weights, mask), self._taken = self._taken, None
            for r, own in enumerate(self._own):
                own.load(_one(weights, r), _one(mask, r))
                if self._velocity is not None:
                    own.set_velocity([velocity[r] for velocity in self._velocity])
        return self._own

    def _started(self, shape: tuple[int, int, int]) -> Network:
        model = {key: value for key, value in self.settings["model"].items() if key != "classes"}
        classes = self.network.shapes()["head.weight"][0]
        alone = build(model, 1, shape[0], classes)
        training = self.settings.get("training")
        if training is None:
            return Network(alone, shape, classes, threads=self.threads)
        return Network(
            alone,
            shape,
            classes,
            batch_size=training["batch_size"],
            momentum=training["update"]["momentum"],
            decay=training["update"]["weight_decay"],
            smoothing=training["loss"]["smoothing"],
            threads=self.threads,
        )


def _one(tensors: Tensors, replicate: int) -> Tensors:
    return {name: tensor[replicate] for name, tensor in tensors.items()}
