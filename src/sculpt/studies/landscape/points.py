"""Networks on a straight line between two others: theta(a) = (1 - a) theta_1 + a theta_2, with a = 0, 0.1 ... 1.

Every parameter lies on the line, those of batch norm and the biases too. A weight that just one end keeps lies on it as
well: it is zero at the other end. Batch norm's running statistics are no parameters. They are estimated anew at every
point, the ends included: the plain average over batches of the training images without augmentation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import fsum
from typing import NamedTuple

import torch
from torch import Tensor

from sculpt.core.tensors import Tensors
from sculpt.data.augmentation import Images
from sculpt.engine.network import Network
from sculpt.engine.takes import takes
from sculpt.models.restacked import restacked
from sculpt.models.stacked import Stack
from sculpt.training.engines.torch import TorchEngine

SPLITS = ("train", "validation")
ALPHAS = tuple(k / 10 for k in range(11))


class End(NamedTuple):
    """One network of one seed: every tensor, and the mask of each prunable weight."""

    weights: Tensors
    mask: Tensors


class Point(NamedTuple):
    """Mean cross-entropy, and accuracy in percent, of a network on a split."""

    loss: float
    accuracy: float


class Line:
    """Evaluates all networks of a line in one call: by the kernels, and by torch where they lack the model.

    The kernels compute one point after another, with one program and only with weights that an end keeps. torch has all
    points side by side, as replicates of one network. network: of any number of replicates.
    """

    def __init__(self, network: Stack, images: Callable[[str], Images]):
        self._splits = {name: images(name) for name in SPLITS}
        alone, train = restacked(network, 1), self._splits["train"]
        self._kernels, self._side_by_side = None, None
        if train.device.type == "cpu" and all(takes(alone, split) for split in self._splits.values()):
            classes = alone.head.weight.shape[0]
            self._kernels = Network(alone, train.shape, classes, threads=torch.get_num_threads())
        else:
            profile = {"device": train.device.type, "precision": "float32"}
            self._side_by_side = TorchEngine({"profile": profile}, restacked(network, len(ALPHAS)))

    def points(self, start: End, end: End, replicate: int) -> dict[str, list[Point]]:
        """Of each split a point for each of ALPHAS. replicate: whose labels count."""
        if self._kernels is None:
            return self._by_torch(start, end, replicate)
        found: dict[str, list[Point]] = {name: [] for name in SPLITS}
        mask = {name: kept | end.mask[name] for name, kept in start.mask.items()}
        for alpha in ALPHAS:
            self._kernels.load(between(start.weights, end.weights, alpha), mask)
            self._kernels.estimate(self._splits["train"], replicate)
            for name, split in self._splits.items():
                found[name].append(_point(*self._kernels.evaluate(split, replicate), split.labels[:, replicate]))
        return found

    def _by_torch(self, start: End, end: End, replicate: int) -> dict[str, list[Point]]:
        engine, found = self._side_by_side, {}
        of_points = [between(start.weights, end.weights, alpha) for alpha in ALPHAS]
        engine.network.load({name: torch.stack([point[name] for point in of_points]) for name in start.weights})
        engine.take()
        wide = {name: replace(split, labels=_one(split, replicate)) for name, split in self._splits.items()}
        engine.estimate(wide["train"])
        for name, split in wide.items():
            losses, predictions = engine.evaluate(split)
            found[name] = [_point(*of, split.labels[:, 0]) for of in zip(losses, predictions, strict=True)]
        return found


def between(start: Tensors, end: Tensors, alpha: float) -> Tensors:
    """The point at alpha. In float64, then rounded: it is an end itself at 0 and 1, and wherever the ends are equal."""
    return {
        name: ((1 - alpha) * tensor.double() + alpha * end[name].double()).to(tensor.dtype)
        for name, tensor in start.items()
    }


def heights(values: list[float]) -> list[float]:
    """How far each value lies above the straight line between the first and the last; one value for each of ALPHAS."""
    first, last = values[0], values[-1]
    return [value - first - alpha * (last - first) for alpha, value in zip(ALPHAS, values, strict=True)]


def _one(split: Images, replicate: int) -> Tensor:
    """The labels of one replicate, for every point."""
    return split.labels[:, [replicate]].expand(-1, len(ALPHAS)).contiguous()


def _point(losses: Tensor, predictions: Tensor, labels: Tensor) -> Point:
    right = int((predictions == labels).sum())
    return Point(fsum(losses.tolist()) / len(labels), 100 * right / len(labels))
