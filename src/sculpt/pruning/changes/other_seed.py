"""The mask of another seed: replicate r takes that of replicate r + 1 of its block, the last one that of the first.

The control for experiments on coupling: a mask of the same method, found from other weights. This is the one place
where what a seed comes to depends on another seed of its block. So other `replicates`, or more seeds in the last block,
give other masks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sculpt.core.tensors import Tensors

ACROSS_SEEDS = True


def change(mask: Tensors, seeds: list[int]) -> Tensors:
    """The masks (R, ...) one replicate further; R is at least 2, else it would be a seed's own mask."""
    return {name: kept.roll(-1, 0) for name, kept in mask.items()}
