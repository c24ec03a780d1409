"""Mask methods at initialisation; each module has one function `draw` with one signature, and is chosen by its name.

A module that draws by lot says so with RANDOM = True: then no two seeds may have one mask.
"""

import importlib
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from sculpt.core.tensors import Tensors
from sculpt.data.augmentation import Images
from sculpt.models.stacked import Stack
from sculpt.pruning.allocation import count_to_keep
from sculpt.pruning.mask import ScoreError


@dataclass(frozen=True)
class Drawn:
    """A mask (R, ...), and its cost: forward and backward passes of one image through the dense network."""

    mask: Tensors
    passes: int


def draw(
    method: str, network: Stack, images: Images, seeds: list[int], density: float, settings: dict[str, Any]
) -> Drawn:
    """The mask that `method` draws for a network at its initialisation.

    images: the training split, which data-dependent methods score on. settings: what the method's module asks for.
    Raises DensityError where the network cannot have the density, and ScoreError where a replicate does not keep
    exactly as many weights as it stands for.
    """
    wanted = count_to_keep([shape.numel() for shape in network.shapes().values()], density)
    drawn = _module(method).draw(network, images, seeds, density, **settings)
    counts = sum(kept.flatten(1).sum(1) for kept in drawn.mask.values()).tolist()
    if counts != [wanted] * len(seeds):
        found = ", ".join(map(str, counts))
        raise ScoreError(f"{method} keeps {found} weights of its replicates, density {density:g} is {wanted}")
    return drawn


def is_random(method: str) -> bool:
    """Whether a method draws by lot."""
    return getattr(_module(method), "RANDOM", False)


def _module(method: str) -> ModuleType:
    return importlib.import_module(f"sculpt.pruning.criteria.{method}")
