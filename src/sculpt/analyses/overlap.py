"""How far a cycle moves the weights, and how much of the mask it keeps.

No definition of either was found in public sources on Cyclic Sparse Training (arXiv 2406.02773), so these are ours. The
overlap of two masks is the Jaccard index: the weights kept in both over those kept in either. The distance is the
Euclidean norm of the change of the weights that both masks keep, so a prune alone moves nothing. The relative distance
divides it by the norm of the same weights before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from sculpt.core.rounding import rounded
from sculpt.core.settings import Values
from sculpt.recipe.selection import Selection

if TYPE_CHECKING:
    from torch import Tensor

    from sculpt.core.checkpoint import Checkpoint
    from sculpt.data.augmentation import Images
    from sculpt.models.stacked import Stack

ALL = "all"
"""The name of the rows over all layers."""


class Settings(Selection):
    pass


def analyse(
    node: Checkpoint, before: Checkpoint | None, network: Stack, images: Callable[[str], Images], settings: Values
) -> list[dict[str, Any]]:
    """One row per seed and layer, and one over all layers, whose layer is `all`.

    Columns: node, seed, before (the key of the node before), layer, kept and kept_before (numbers of weights), shared
    (kept in both), overlap (0 to 1), distance, relative_distance. What a division by zero leaves open is None; without
    a node before, so is everything but `kept`.
    """
    layers = {layer: [layer] for layer in node.mask} | {ALL: list(node.mask)}
    return [
        {"node": node.key, "seed": seed, "before": before.key if before else None, "layer": name, **measured}
        for name, members in layers.items()
        for seed, measured in zip(node.seeds, _measure(node, before, members), strict=True)
    ]


def _measure(node: Checkpoint, before: Checkpoint | None, layers: list[str]) -> Iterator[dict[str, Any]]:
    """The numbers of each replicate over some layers as one."""
    kept = _rows(node.mask, layers)
    if before is None:
        names = ("kept_before", "shared", "overlap", "distance", "relative_distance")
        yield from ({"kept": count, **dict.fromkeys(names)} for count in kept.sum(1).tolist())
        return
    kept_before = _rows(before.mask, layers)
    weights, weights_before = (_rows(side.weights, layers).double() for side in (node, before))
    for r in range(len(kept)):
        both = kept[r] & kept_before[r]
        shared, either = int(both.sum()), int((kept[r] | kept_before[r]).sum())
        distance = (weights[r] - weights_before[r])[both].norm().item()
        norm = weights_before[r][both].norm().item()
        yield {
            "kept": int(kept[r].sum()),
            "kept_before": int(kept_before[r].sum()),
            "shared": shared,
            "overlap": shared / either if either else None,
            "distance": rounded(distance),
            "relative_distance": rounded(distance / norm) if norm else None,
        }


def _rows(tensors: dict[str, Tensor], layers: list[str]) -> Tensor:
    """Some layers as one tensor (R, weights)."""
    import torch

    return torch.cat([tensors[layer].flatten(1) for layer in layers], dim=1)
