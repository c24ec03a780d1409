"""Masks from scores: exact, per replicate, with ties broken by index."""

import numpy as np
import torch

from sculpt.core.errors import SculptError
from sculpt.core.tensors import Tensors
from sculpt.pruning.allocation import count_to_keep


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
