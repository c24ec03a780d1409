"""The best that a method does within so many FLOPs."""

from collections.abc import Sequence

import pandas as pd

from sculpt.statistics.pooling import pooled
from sculpt.studies.pruned_once.pairs import CELL


def best_within(candidates: pd.DataFrame, budget: pd.DataFrame, on: Sequence[str], reader: str) -> pd.DataFrame:
    """For each mask and target the rows of the run, at one of its cycles, with the best validation mean over all seeds.

    Only those count whose FLOPs, on average over the seeds, are at most those of `budget` of the same `on`. A tie goes
    to the cheaper. The test split plays no part.
    """
    if candidates.empty or budget.empty:
        return candidates.iloc[:0]
    by = [*CELL, "run", "cycle"]
    means = pooled(candidates, by, "train_flops", reader)
    means["order"] = pooled(candidates, by, "val_accuracy", reader)["val_accuracy_mean"].round(6)
    bound = pooled(budget, on, "train_flops", reader).rename(columns={"train_flops_mean": "bound"})
    means = means.merge(bound[[*on, "bound"]], on=list(on))
    means = means[means["train_flops_mean"] <= means["bound"]]
    best = means.sort_values(["order", "train_flops_mean", "run"], ascending=[False, True, True], kind="stable")
    return candidates.merge(best.drop_duplicates(CELL)[["run", "cycle"]], on=["run", "cycle"])
