"""Erdős-Rényi-kernel masks (Mocanu et al. 2018; kernel form of RigL, Evci et al. 2020).

A layer's density is proportional to the sum of its dimensions over their product, so its kept weights are proportional
to the sum of its dimensions. A layer that would be more than full is full, and the others share the rest.
"""

from sculpt.data.augmentation import Images
from sculpt.models.stacked import Stack
from sculpt.pruning.criteria import Drawn
from sculpt.pruning.mask import draw_at_random

RANDOM = True


def draw(network: Stack, images: Images, seeds: list[int], density: float) -> Drawn:
    return Drawn(draw_at_random("erk", network.shapes(), lambda shape: float(sum(shape)), density, seeds), passes=0)
