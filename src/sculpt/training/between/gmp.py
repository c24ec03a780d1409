"""Gradual magnitude pruning (Zhu and Gupta 2017, arXiv 1710.01878): a cubic density from dense to the target.

After t of n updates the density is d + (1 - d) (1 - t/n)^3, with d the target. The largest weights of all layers
together are kept, as everywhere in this project; the paper prunes every layer to the same density.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sculpt.training import until

if TYPE_CHECKING:
    from sculpt.core.settings import Values
    from sculpt.core.tensors import Tensors
    from sculpt.data.augmentation import Images
    from sculpt.models.stacked import Stack
    from sculpt.training.moving import Changed, When

EXACT = True
MOVES = "thins"


class Settings(until.Settings):
    pass


too_short = until.too_short


def after_epoch(
    network: Stack, mask: Tensors, images: Images, seeds: list[int], when: When, density: float, settings: Values
) -> Changed | None:
    from sculpt.pruning.mask import keep_highest, within
    from sculpt.training.moving import Changed

    updates = until.last_update(settings["until"], when.epochs)
    if when.done > updates:
        return None
    now = density + (1 - density) * (1 - when.done / updates) ** 3
    weights = network.split(dict(network.prunable()))
    magnitude = {name: weight.detach().abs().cpu() for name, weight in weights.items()}
    return Changed(keep_highest(within(mask, magnitude), now))
