"""How far methods are above LRR at equal cost."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sculpt.statistics.intervals import intervals
from sculpt.studies.pruned_once.budgets import best_within
from sculpt.studies.pruned_once.pairs import beside
from sculpt.studies.pruned_once.sides import by_magnitude, chosen, cycles_of, cyclic, ended, lrr, sculpt

BY = ["cost", "method", "mask", "start_density", "target_density", "run", "cycle", "against", "epochs"]
_TARGET = ["target_density"]
_READER = "equal_cost"


def equal_costs(summary: pd.DataFrame) -> pd.DataFrame:
    """One row per cost, method and density: BY, ahead_mean, _low and _high (points, 95 %), flops_share, seeds.

    cost: cycles (against LRR of as many epochs as C cycles: lrr_equal, else LRR whose ladder has C), ladder (against
    LRR down its longest ladder, at its epochs) or flops (against the same within its FLOPs: the run and cycle of the
    best validation mean). against: LRR's run. ahead: paired by seed. epochs and flops_share: the method's own, and its
    FLOPs as a share of LRR's. Under SCULPT's first mask method; SCULPT from the start that validation chose.
    """
    masks = sculpt(summary)["mask"].unique()[:1]
    methods = (cyclic(summary), by_magnitude(ended(summary, "long")), sculpt(summary))
    ladder, equal = lrr(summary), by_magnitude(ended(summary, "lrr_equal"))
    usual = ladder[(ladder["cycle"] == cycles_of(summary)) & ~ladder["target_density"].isin(equal["target_density"])]
    short = pd.concat([equal, usual])
    found = [_ahead(best_within(equal, ladder, _TARGET, _READER), ladder, _TARGET, "flops")]
    for rows in (rows[rows["mask"].isin(masks)] for rows in methods):
        ends = chosen(rows)
        found += [
            _ahead(ends, short, [*_TARGET, "epochs"], "cycles"),
            _ahead(ends, ladder, [*_TARGET, "epochs"], "ladder"),
            _ahead(best_within(rows, ladder, _TARGET, _READER), ladder, _TARGET, "flops"),
        ]
    every = pd.concat([part for part in found if not part.empty] or found, ignore_index=True)
    share = intervals(every, BY, "flops_share", _READER)[[*BY, "flops_share_mean"]]
    share = share.rename(columns={"flops_share_mean": "flops_share"})
    return intervals(every, BY, "ahead", _READER).merge(share, on=BY)


def _ahead(ours: pd.DataFrame, theirs: pd.DataFrame, by: Sequence[str], cost: str) -> pd.DataFrame:
    """One row per run and seed of `ours` with LRR beside it."""
    ours, theirs = beside(ours, theirs, by, _READER)
    return ours.assign(
        cost=cost,
        against=theirs["run"],
        ahead=ours["test_accuracy"] - theirs["test_accuracy"],
        flops_share=ours["train_flops"] / theirs["train_flops"],
    )
