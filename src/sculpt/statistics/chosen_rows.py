"""The rows of the runs that a figure chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sculpt.statistics.results import DEFAULT_CRITERION

if TYPE_CHECKING:
    from pandas import DataFrame

    from sculpt.core.settings import Values


CHOICES = ("methods", "variants", "criteria")
"""Keys of every figure that choose its runs."""


def chosen_rows(frames: dict[str, DataFrame], figure: Values) -> dict[str, DataFrame]:
    """The tables with the rows of those runs alone that a figure's CHOICES choose; absent: all.

    A table without a column `run` stays whole. So does every table where the summary, which has the labels, is not
    among them.
    """
    if "summary" not in frames or not figure.keys() & {*CHOICES}:
        return frames
    rows = frames["summary"]
    if "methods" in figure:
        rows = rows[rows["method"].isin(figure["methods"])]
    if not figure.get("variants", True):
        rows = rows[rows["variant"].isna()]
    if not figure.get("criteria", True):
        rows = rows[rows["criterion"].isna() | (rows["criterion"] == DEFAULT_CRITERION)]
    runs = rows["run"].unique()
    return {name: frame[frame["run"].isin(runs)] if "run" in frame else frame for name, frame in frames.items()}
