"""Balanced random masks: the same number of kept weights in every layer (Gadhikar et al. 2023, arXiv 2210.02412).

A layer that cannot keep as many is full, and the others share the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sculpt.core.settings import Section, Values

if TYPE_CHECKING:
    from sculpt.core.tensors import Tensors
    from sculpt.data.augmentation import Images
    from sculpt.models.stacked import Stack
    from sculpt.pruning.choice import Drawn

RANDOM = True


class Settings(Section):
    pass


def keep(network: Stack, mask: Tensors, images: Images, seeds: list[int], density: float, settings: Values) -> Drawn:
    from sculpt.pruning.choice import Drawn
    from sculpt.pruning.mask import draw_at_random

    return Drawn(draw_at_random("balanced", mask, lambda shape: 1.0, density, seeds), passes=0)
