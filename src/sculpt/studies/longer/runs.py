"""The rows that the study compares: networks through their cycles, and after one schedule over as many epochs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sculpt.statistics.pooling import one_row_each, pooled
from sculpt.statistics.results import DEFAULT_CRITERION, compared, ordinary

if TYPE_CHECKING:  # whoever only names the figures does without pandas
    from pandas import DataFrame

SCHEDULES = ("cosine", "step", "constant")
"""Variants that are known by their name, a definition of this project: each trains under the schedule of that name."""
NOISY = "noisy"
"""The variant that trains with label noise, known by its name too."""
RANDOM_MASKS = ("erk", "balanced", "uniform")
DENSE = "dense"
"""The dense network stands in the column of masks under this name."""
CELL = ["mask", "target_density"]


def finished(summary: DataFrame) -> DataFrame:
    """The rows of runs that were asked for, of any variant and length, with a result for every seed.

    Runs with a transform, with weights or masks of other runs, or with another criterion than magnitude are left out.
    """
    rows = compared(summary).dropna(subset=["val_accuracy", "test_accuracy"])
    seeds = rows.groupby(["run", "cycle"])["seed"].transform("nunique")
    by_default = rows["criterion"].isna() | (rows["criterion"] == DEFAULT_CRITERION)
    whole = (seeds == summary["seed"].nunique()) & by_default
    return rows[whole & rows["transform"].isna() & rows["weights"].isna()]


def of(rows: DataFrame, method: str, variant: str | None = None) -> DataFrame:
    """The rows of a method under one variant, None for the base settings; the mask of the dense network is `dense`."""
    same = rows["variant"].isna() if variant is None else rows["variant"] == variant
    found = rows[(rows["method"] == method) & same]
    return found.assign(mask=DENSE) if method in (DENSE, "dense_long") else found


def ends(rows: DataFrame) -> DataFrame:
    """The rows at the end of runs of the experiment's length; of dense networks, which have any, of all."""
    found = rows[rows["cycle"] == rows["cycles"]]
    return ordinary(found)


def longest(rows: DataFrame) -> DataFrame:
    """Of the runs on one mask, all cycles of the longest one, whose first cycles are those of the others."""
    most = rows.groupby(CELL, dropna=False)["cycles"].transform("max")
    return rows[rows["cycles"] == most]


def levels(rows: DataFrame, method: str) -> DataFrame:
    """The ends of an iterative method's levels; where ladders of several lengths reach a density, of the longest."""
    found = ends(of(rows, method))
    most = found.groupby("target_density")["cycle"].transform("max")
    return found[found["cycle"] == most].sort_values("cycle", kind="stable")


def at_the_epochs_of(rows: DataFrame, others: DataFrame) -> DataFrame:
    """The rows at which a network had as many epochs as `others` of its mask and density."""
    epochs = others[[*CELL, "epochs"]].drop_duplicates()
    return rows.merge(epochs, on=[*CELL, "epochs"], how="inner")


def best_on_validation(rows: DataFrame, within: Sequence[str], reader: str) -> DataFrame:
    """The rows of one run and cycle for each combination of `within`: of the best validation mean over all seeds.

    Of equal means the fewer cycles are taken. This is the rule for the number of cycles, a definition of this project:
    the paper trains until generalisation peaks (public reviews), and no rule of it was found. The test split plays no
    part. reader: whose error it is where two rows are of one run, cycle and seed.
    """
    means = pooled(rows, list(dict.fromkeys([*within, "run", "cycle"])), "val_accuracy", reader)
    order = means.assign(val=means["val_accuracy_mean"].round(6))  # the last bit of a mean decides nothing
    order = order.sort_values(["val", "cycle"], ascending=[False, True], kind="stable")
    best = order.drop_duplicates(list(within))[["run", "cycle"]]
    return rows.merge(best, on=["run", "cycle"], how="inner")


def above(
    rows: DataFrame, base: DataFrame, name: str, on: Sequence[str], reader: str, value: str = "test_accuracy"
) -> DataFrame:
    """The rows with a column `name`: their `value` less that of the base, which has the same seed and `on`.

    Empty where the base has no such row. Raises PoolingError where it has two.
    """
    one_row_each(base, [*on, "seed"], reader)
    beside = base[[*on, "seed", value]].rename(columns={value: "of_base"})
    found = rows.merge(beside, on=[*on, "seed"], how="left")
    return found.assign(**{name: found[value] - found["of_base"]}).drop(columns="of_base")
