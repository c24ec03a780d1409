"""Masks from scores: exact, per replicate, with ties broken by index."""

from collections.abc import Callable

import torch

from sculpt.core.errors import SculptError
from sculpt.core.randomness import generator
from sculpt.core.tensors import Tensors
from sculpt.pruning.allocation import allocate, count_to_keep


class ScoreError(SculptError):
    """Scores that cannot be ranked."""


def keep_highest(scores: Tensors, density: float) -> Tensors:
    """Keep the highest-scoring weights over all layers: exactly round(density * N) of N in each replicate.

    scores: (R, ...) a layer, -inf where a weight is pruned already. The best weight of each layer is kept whatever its
    rank, so no layer that still has weights is emptied. Equal scores: the first weight in layer order. Returns boolean
    masks (R, ...). Raises ScoreError on NaN or +inf, and where fewer weights are left than asked for; DensityError
    where these are fewer than there are layers.
    """
    flat = torch.cat([score.flatten(1) for score in scores.values()], dim=1)
    if flat.isnan().any() or flat.isposinf().any():
        raise ScoreError("scores are not finite")
    sizes = [score[0].numel() for score in scores.values()]
    keep = count_to_keep(sizes, density)
    left = int((flat > -torch.inf).sum(1).min())
    if keep > left:
        raise ScoreError(f"density {density:g} asks for {keep} weights, only {left} are left")
    start = 0
    for score, size in zip(scores.values(), sizes, strict=True):
        best, where = score.flatten(1).max(1)
        flat[torch.arange(len(flat)), start + where] = torch.where(best > -torch.inf, torch.inf, best)
        start += size
    chosen = torch.sort(flat, dim=1, descending=True, stable=True).indices[:, :keep]
    kept = torch.zeros_like(flat, dtype=torch.bool).scatter_(1, chosen, True)
    pieces = kept.split(sizes, dim=1)
    return {name: piece.reshape(score.shape) for (name, score), piece in zip(scores.items(), pieces, strict=True)}


def prune_by_magnitude(weights: Tensors, mask: Tensors, density: float) -> Tensors:
    """One global magnitude prune of what `mask` keeps (weights and mask (R, ...)); the result is a subset of `mask`."""
    scores = {name: torch.where(kept, weights[name].abs(), -torch.inf) for name, kept in mask.items()}
    return keep_highest(scores, density)


def draw_at_random(
    method: str, shapes: dict[str, torch.Size], share: Callable[[torch.Size], float], density: float, seeds: list[int]
) -> Tensors:
    """Random masks with an exact number of kept weights a layer, in proportion to `share` of the layer's shape.

    shapes: of one replicate's weights. A seed's mask depends on the seed and the method alone. Returns boolean masks
    (R, ...). Raises DensityError where there are fewer to keep than layers.
    """
    sizes = [shape.numel() for shape in shapes.values()]
    counts = allocate([share(shape) for shape in shapes.values()], sizes, count_to_keep(sizes, density))
    mask = {name: torch.zeros(len(seeds), size, dtype=torch.bool) for name, size in zip(shapes, sizes, strict=True)}
    for replicate, seed in enumerate(seeds):
        random = generator(method, seed)
        for kept, size, count in zip(mask.values(), sizes, counts, strict=True):
            kept[replicate, torch.randperm(size, generator=random)[:count]] = True
    return {name: kept.reshape(-1, *shapes[name]) for name, kept in mask.items()}


def densities(mask: Tensors) -> list[float]:
    """The kept share of all prunable weights, a replicate."""
    total = sum(kept[0].numel() for kept in mask.values())
    return (sum(kept.flatten(1).sum(1) for kept in mask.values()) / total).tolist()
