"""Masks from scores: exact, per replicate, with ties broken by index."""

import numpy as np
import torch

from sculpt.core.errors import SculptError
from sculpt.core.tensors import Tensors
from sculpt.pruning.allocation import count_to_keep
from sculpt.pruning.rounding import round_scores


class ScoreError(SculptError):
    """Scores that cannot be ranked."""


def keep_highest(scores: Tensors, density: float) -> Tensors:
    """Keep the highest-scoring weights over all layers: exactly round(density * N) of N in each replicate.

    scores: (R, ...) per layer on the CPU, -inf where a weight is pruned already; those in float64 are ranked as
    `round_scores` has them. The best weight of each layer is kept whatever its rank, so no layer that still has weights
    is emptied. Equal scores: the first weight in layer order. Returns boolean masks (R, ...). Raises ScoreError on NaN
    or +inf, and where fewer weights are left than asked for; DensityError where these are fewer than there are layers.
    """
    sizes = [score[0].numel() for score in scores.values()]
    keep = count_to_keep(sizes, density)
    flat = torch.cat([score.flatten(1) for score in scores.values()], dim=1)
    if flat.dtype == torch.float64:
        round_scores(flat)
    for piece in flat.split(sizes, dim=1):
        best, where = piece.max(1)
        if not (best < torch.inf).all():  # NaN is the largest of all
            raise ScoreError("scores are not finite")
        piece[torch.arange(len(piece)), where] = torch.where(best > -torch.inf, torch.inf, best)
    ordered = np.sort(flat.numpy(), axis=1)  # ten times as fast as a stable sort of indices
    lowest = torch.from_numpy(ordered[:, -keep].copy())
    must_be_left(int((ordered > -np.inf).sum(1).min()) if lowest.isneginf().any() else keep, keep, density)
    kept = flat >= lowest[:, None]
    for r, low in enumerate(lowest.tolist()):
        if surplus := len(ordered[r]) - keep - int(np.searchsorted(ordered[r], low)):
            kept[r, (flat[r] == low).nonzero()[-surplus:, 0]] = False
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
