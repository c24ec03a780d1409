"""Scores that are the same on every processor."""

import torch
from torch import Tensor

DROPPED = 21
"""Of the 53 significant bits of a float64."""


def round_scores(scores: Tensor) -> Tensor:
    """float64 scores rounded to 32 significant bits, in place; halves away from zero.

    Two processors add up the terms of a score in another order, and differ in its last bits (by 1e-14 of the threshold
    for SynFlow, 2e-13 for SNIP and GraSP). Scores that are equal but for that, as those along a path without branches
    are, would be ranked by it. Rounded they are ties, which the index decides. A score next to the middle between two
    rounded values may still fall to either side, once in thousands; it matters only where another is next to it at the
    threshold.

    Infinities stay, NaN stays NaN. A magnitude of a float32 weight has 24 bits and needs no rounding.
    """
    bits = scores.view(torch.int64)
    bits.add_(1 << (DROPPED - 1)).bitwise_and_(-1 << DROPPED)
    return scores
