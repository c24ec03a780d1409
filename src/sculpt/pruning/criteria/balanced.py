"""Balanced random masks: the same number of kept weights in every layer (Gadhikar et al. 2023, arXiv 2210.02412).

A layer that cannot keep as many is full, and the others share the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sculpt.pruning import lots

if TYPE_CHECKING:
    import torch

    from sculpt.core.settings import Values
    from sculpt.core.tensors import Tensors
    from sculpt.data.augmentation import Images
    from sculpt.models.stacked import Stack
    from sculpt.pruning.choice import Drawn

RANDOM = True


class Settings(lots.Settings):
    pass


def _share(shape: torch.Size) -> float:
    return 1.0


def keep(network: Stack, mask: Tensors, images: Images, seeds: list[int], density: float, settings: Values) -> Drawn:
    from sculpt.pruning.random_masks import draw_at_random, groups_to_connect

    groups = groups_to_connect(network, settings)
    return draw_at_random("balanced", mask, _share, density, seeds, groups)
