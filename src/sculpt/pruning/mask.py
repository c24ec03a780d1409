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

    scores: (R, ...) per layer, -inf where a weight is pruned already. The best weight of each layer is kept whatever
    its rank, so no layer that still has weights is emptied. Equal scores: the first weight in layer order. Returns
    boolean masks (R, ...). Raises ScoreError on NaN or +inf, and where fewer weights are left than asked for;
    DensityError where these are fewer than there are layers.
    """
    flat = torch.cat([score.flatten(1) for score in scores.values()], dim=1)
    if flat.isnan().any() or flat.isposinf().any():
        raise ScoreError("scores are not finite")
    sizes = [score[0].numel() for score in scores.values()]
    keep = count_to_keep(sizes, density)
    must_be_left(int((flat > -torch.inf).sum(1).min()), keep, density)
    start = 0
    for score, size in zip(scores.values(), sizes, strict=True):
        best, where = score.flatten(1).max(1)
        flat[torch.arange(len(flat)), start + where] = torch.where(best > -torch.inf, torch.inf, best)
        start += size
    chosen = torch.sort(flat, dim=1, descending=True, stable=True).indices[:, :keep]
    kept = torch.zeros_like(flat, dtype=torch.bool).scatter_(1, chosen, True)
    pieces = kept.split(sizes, dim=1)
    return {name: piece.reshape(score.shape) for (name, score), piece in zip(scores.items(), pieces, strict=True)}


def within(mask: Tensors, scores: Tensors) -> Tensors:
    """The scores (R, ...) of what the mask keeps, and -inf elsewhere."""
    return {name: torch.where(kept, scores[name], -torch.inf) for name, kept in mask.items()}


def draw_at_random(
    criterion: str, mask: Tensors, share: Callable[[torch.Size], float], density: float, seeds: list[int]
) -> Tensors:
    """Some of the weights that `mask` keeps, with an exact number in each layer, in proportion to `share` of its shape.

    mask: (R, ...). share: of the shape of one replicate's layer. What a seed keeps depends on the criterion, the seed
    and the seed's own mask alone. Returns boolean masks (R, ...). Raises DensityError where there are fewer to keep
    than layers, and ScoreError where fewer weights are left than asked for.
    """
    shapes = [kept.shape[1:] for kept in mask.values()]
    sizes, shares = [shape.numel() for shape in shapes], [share(shape) for shape in shapes]
    total = count_to_keep(sizes, density)
    must_be_left(min(kept_counts(mask)), total, density)
    left = torch.stack([kept.flatten(1).sum(1) for kept in mask.values()], 1)
    drawn = {name: torch.zeros_like(kept).flatten(1) for name, kept in mask.items()}
    for replicate, (seed, capacities) in enumerate(zip(seeds, left.tolist(), strict=True)):
        random = generator(criterion, seed)
        for (name, kept), count in zip(mask.items(), allocate(shares, capacities, total), strict=True):
            order = torch.randperm(kept[replicate].numel(), generator=random)
            order = order[kept[replicate].flatten()[order]]
            drawn[name][replicate, order[:count]] = True
    return {name: chosen.reshape(mask[name].shape) for name, chosen in drawn.items()}


def must_be_left(left: int, keep: int, density: float) -> None:
    """Raises ScoreError where fewer weights are left than the density asks for."""
    if keep > left:
        raise ScoreError(f"density {density:g} asks for {keep} weights, only {left} are left")


def kept_counts(mask: Tensors) -> list[int]:
    """How many weights each replicate keeps."""
    return sum(kept.flatten(1).sum(1) for kept in mask.values()).tolist()


def densities(mask: Tensors) -> list[float]:
    """The kept share of all prunable weights, per replicate."""
    total = sum(kept[0].numel() for kept in mask.values())
    return (sum(kept.flatten(1).sum(1) for kept in mask.values()) / total).tolist()
