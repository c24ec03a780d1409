"""Global magnitude: the largest weights of all layers together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sculpt.core.settings import Section, Values

if TYPE_CHECKING:
    from sculpt.core.tensors import Tensors
    from sculpt.data.augmentation import Images
    from sculpt.models.stacked import Stack
    from sculpt.pruning.choice import Drawn


EXACT = True


class Settings(Section):
    pass


def keep(network: Stack, mask: Tensors, images: Images, seeds: list[int], density: float, settings: Values) -> Drawn:
    from sculpt.pruning.choice import Drawn
    from sculpt.pruning.mask import keep_highest, within

    weights = network.split(dict(network.prunable()))
    scores = {name: weight.detach().abs().cpu() for name, weight in weights.items()}
    return Drawn(keep_highest(within(mask, scores), density), passes=0)
