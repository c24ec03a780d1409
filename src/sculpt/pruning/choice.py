"""Which weights a network keeps: a criterion is chosen by its settings, and held to what every criterion promises."""

from dataclasses import dataclass
from typing import Any

from sculpt.core.kinds import CRITERIA
from sculpt.core.tensors import Tensors
from sculpt.data.augmentation import Images
from sculpt.models.stacked import Stack
from sculpt.pruning.allocation import count_to_keep
from sculpt.pruning.mask import ScoreError, kept_counts, must_be_left


@dataclass(frozen=True)
class Correction:
    """What flow correction did to one replicate's random mask.

    moved: kept weights that the uncorrected mask does not keep, which keeps as many others. raised: layers that were
    allocated fewer weights than they need, with how many more they have.
    """

    moved: int
    raised: dict[str, int]


@dataclass(frozen=True)
class Drawn:
    """A mask (R, ...), and its cost: forward and backward passes of one image through the network before it.

    corrections: for each replicate, where flow correction was applied.
    """

    mask: Tensors
    passes: int
    corrections: list[Correction] | None = None


def choose(
    criterion: dict[str, Any], network: Stack, mask: Tensors, images: Images, seeds: list[int], density: float
) -> Drawn:
    """What a criterion keeps of `mask`: an initial mask, where that keeps every weight, or a prune.

    criterion: its settings, with its name. network: holds the weights to score, zero outside the mask. mask: (R, ...),
    bool, on the CPU. images: the training split. density: kept share of all weights, those outside the mask included.
    Raises DensityError where the network cannot have the density, and ScoreError where fewer weights are left, or where
    the criterion does not keep exactly as many in each replicate, or keeps one that is pruned already.
    """
    name = criterion["name"]
    wanted = count_to_keep([shape.numel() for shape in network.shapes().values()], density)
    must_be_left(min(kept_counts(mask)), wanted, density)
    drawn = CRITERIA.load(name)(network, mask, images, seeds, density, criterion)
    counts = kept_counts(drawn.mask)
    if counts != [wanted] * len(seeds):
        found = ", ".join(map(str, counts))
        raise ScoreError(f"{name} keeps {found} weights of its replicates, density {density:g} is {wanted}")
    for layer, kept in drawn.mask.items():
        if (kept & ~mask[layer]).any():
            raise ScoreError(f"{name} keeps weights of {layer} that are pruned already")
    return drawn
