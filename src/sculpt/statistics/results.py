"""Which rows of the summary table are results."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # whoever only names the figures does without pandas
    from pandas import DataFrame

REPEATED = ("cyclic", "long", "sculpt")
"""Methods of several cycles; of these a run is a result with as many cycles as any has."""


def compared(summary: DataFrame) -> DataFrame:
    """The summary without the shorter cyclic runs: they are trunks of SCULPT, and nothing's result."""
    repeated = summary["method"].isin(REPEATED)
    return summary[~repeated | (summary["cycles"] == summary.loc[repeated, "cycles"].max())]


def ends(summary: DataFrame) -> DataFrame:
    """The compared rows at the end of their run, SCULPT from every start."""
    rows = compared(summary)
    return rows[rows["cycle"] == rows["cycles"]]
