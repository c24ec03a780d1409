"""Which rows of the summary table are results, and which of them are of the plain methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # whoever only names the figures does without pandas
    from pandas import DataFrame

DEFAULT_CRITERION = "magnitude"
"""What a method prunes by where params.yaml names no criterion."""


def compared(summary: DataFrame) -> DataFrame:
    """The rows of runs that were asked for; a trunk that only SCULPT needs is nothing's result."""
    return summary[summary["result"].astype(bool)]


def ends(summary: DataFrame) -> DataFrame:
    """The compared rows at the end of their run, SCULPT from every start."""
    rows = compared(summary)
    return rows[rows["cycle"] == rows["cycles"]]


def ordinary(summary: DataFrame) -> DataFrame:
    """The rows of runs of the experiment's length, from weights and masks of their own."""
    return summary[summary["weights"].isna() & summary["length"].isna()]


def plain(summary: DataFrame) -> DataFrame:
    """The `ordinary` rows of the base variant, without a transform, with nothing or magnitude to prune by.

    A reader that says nothing of variants, transforms and criteria takes these rows; it never averages over the others.
    """
    summary = ordinary(summary)
    by_default = summary["criterion"].isna() | (summary["criterion"] == DEFAULT_CRITERION)
    return summary[summary["variant"].isna() & summary["transform"].isna() & by_default]
