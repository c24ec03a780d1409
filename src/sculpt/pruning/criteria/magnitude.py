"""Global magnitude at initialisation."""

from sculpt.data.augmentation import Images
from sculpt.models.stacked import Stack
from sculpt.pruning.criteria import Drawn
from sculpt.pruning.mask import keep_highest


def draw(network: Stack, images: Images, seeds: list[int], density: float) -> Drawn:
    weights = network.split(dict(network.prunable()))
    return Drawn(keep_highest({name: w.detach().abs().cpu() for name, w in weights.items()}, density), passes=0)
