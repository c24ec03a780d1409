"""One row per run, and one per method and density, from the table of results."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sculpt.core.rounding import rounded
from sculpt.recipe.run import LABELS
from sculpt.statistics.results import compared, ends, plain

if TYPE_CHECKING:
    from pandas import DataFrame

RUN = ["run", *LABELS, "cycles", "epochs", "train_flops", "seeds", "val_mean", "val_sd", "test_mean", "test_sd"]
RESULT = [*LABELS, "epochs", "train_flops", "seeds", "test_mean", "test_sd"]


def runs(summary: DataFrame) -> DataFrame:
    """The runs that were asked for, at their ends: columns RUN and `selected`, in the order of the summary.

    Accuracies in percent; sd is the sample standard deviation over the seeds, empty for one seed. epochs and
    train_flops are means over the seeds of all that a run is made from.
    """
    return _gathered(ends(summary), ["run", *LABELS, "cycles", "selected"])[[*RUN, "selected"]]


def results(summary: DataFrame) -> DataFrame:
    """What one would print: SCULPT from the start that validation chose, every other run as it is; columns RESULT."""
    rows = ends(summary)
    return _gathered(rows[rows["selected"].astype(bool)], [*LABELS, "run"])[RESULT]


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


def _gathered(rows: DataFrame, keys: list[str]) -> DataFrame:
    groups = rows.groupby(keys, dropna=False, sort=False)
    table = groups.agg(
        epochs=("epochs", "mean"),
        train_flops=("train_flops", "mean"),
        seeds=("seed", "nunique"),
        val_mean=("val_accuracy", "mean"),
        val_sd=("val_accuracy", "std"),
        test_mean=("test_accuracy", "mean"),
        test_sd=("test_accuracy", "std"),
    ).reset_index()
    for column in ("epochs", "train_flops", "val_mean", "val_sd", "test_mean", "test_sd"):
        table[column] = [value if pd.isna(value) else rounded(value) for value in table[column].astype(float)]
    return table
