"""What the claims and figures of the study have in common in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.statistics.judgement import present
from sculpt.statistics.judgement.paper import REVIEWS

if TYPE_CHECKING:  # whoever only names the figures does without pandas
    from pandas import DataFrame

LOW_SPARSITY = 0.2
"""Least density of the claims on low sparsity, to two decimals: the paper's cyclic masks beat LRR below 80 %."""
CHOSEN = (
    "the number of cycles is that of the best validation mean over all seeds, of equal ones the fewest; it keeps a "
    "part of its luck, and its epochs are not those of all cycles that were tried"
)
NOT_THE_PAPERS = f"ours: no mask of the paper; the claim of figure 4 in {REVIEWS}"


def cyclic(summary: DataFrame, **more: Any) -> dict[str, Any]:
    """An entry of cyclic runs on the experiment's mask, at its densities."""
    return {"method": "cyclic", "mask": present.mask(summary), "densities": present.densities(summary), **more}


def dense(summary: DataFrame, **more: Any) -> dict[str, Any]:
    """An entry of the dense network of C cycles, at least two."""
    return {"method": "dense", "cycles": max(2, present.cycles(summary)), **more}
