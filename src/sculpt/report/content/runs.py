"""The runs and results of a report, and the numbers that its head tells, from the table of results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sculpt.core.rounding import rounded
from sculpt.statistics.results import compared, plain
from sculpt.statistics.run_table import run_table

if TYPE_CHECKING:
    from pandas import DataFrame

_MEANS = ["train_flops", "train_flops_dense", "density"]
_MEANS += [f"{split}_accuracy_{of}" for split in ("val", "test") for of in ("mean", "sd")]


def runs(summary: DataFrame) -> DataFrame:
    """The runs that were asked for, as `run_table` and so `sculpt.runs` have them; numbers to nine digits."""
    table = run_table(summary)
    table = table[table["result"].astype(bool)].reset_index(drop=True)
    for column in _MEANS:
        table[column] = table[column].astype(float).map(rounded, na_action="ignore")
    return table


def results(runs: DataFrame) -> DataFrame:
    """What one would print, of these runs: SCULPT from the start that validation chose, every other run as it is."""
    return runs[runs["selected"].astype(bool)]


def headline(summary: DataFrame) -> tuple[float, dict[str, float]] | None:
    """The lowest density that most plain methods share, and the mean test accuracy (percent) of each method there.

    Beside them that of `dense`, and of no other method at density 1. The first mask method stands for the methods that
    draw a mask. None where there is no density below 1. Ties go to the lower density.
    """
    rows = plain(compared(summary))
    rows = rows[(rows["cycle"] == rows["cycles"]) & rows["selected"].astype(bool)]
    masks = list(rows["mask"].dropna())
    rows = rows[rows["mask"].isna() | (rows["mask"] == (masks[0] if masks else None))]
    sparse = rows[rows["target_density"] < 1]
    if sparse.empty:
        return None
    shared = sparse.groupby("target_density")["method"].nunique()
    density = shared[shared == shared.max()].index.min()
    means = rows[(rows["target_density"] == density) | (rows["method"] == "dense")]
    return float(density), means.groupby("method", sort=False)["test_accuracy"].mean().to_dict()
