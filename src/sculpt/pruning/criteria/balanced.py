"""Balanced random masks: the same number of kept weights in every layer (Gadhikar et al. 2023, arXiv 2210.02412).

A layer smaller than that is full, and the others share the rest.
"""

from sculpt.data.augmentation import Images
from sculpt.models.stacked import Stack
from sculpt.pruning.criteria import Drawn
from sculpt.pruning.mask import draw_at_random

RANDOM = True


def draw(network: Stack, images: Images, seeds: list[int], density: float) -> Drawn:
    return Drawn(draw_at_random("balanced", network.shapes(), lambda shape: 1.0, density, seeds), passes=0)
