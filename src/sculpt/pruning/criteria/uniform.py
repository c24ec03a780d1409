"""Uniform random masks: the same density in every layer."""

from sculpt.data.augmentation import Images
from sculpt.models.stacked import Stack
from sculpt.pruning.criteria import Drawn
from sculpt.pruning.mask import draw_at_random

RANDOM = True


def draw(network: Stack, images: Images, seeds: list[int], density: float) -> Drawn:
    return Drawn(
        draw_at_random("uniform", network.shapes(), lambda shape: float(shape.numel()), density, seeds), passes=0
    )
