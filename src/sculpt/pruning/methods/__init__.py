"""Mask methods at initialisation; each module has one function `draw` with one signature, and is chosen by its name."""

import importlib
from dataclasses import dataclass
from typing import Any

from sculpt.artifacts import Tensors
from sculpt.data.augmentation import Images
from sculpt.models.stacked import Stack


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
    """
    module = importlib.import_module(f"sculpt.pruning.methods.{method}")
    return module.draw(network, images, seeds, density, **settings)
