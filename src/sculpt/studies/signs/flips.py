"""Shares of flipped signs by run, cycle and seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pandas import DataFrame

ALL = "all"
"""The layer of the rows over all layers."""


def in_percent(tables: Any) -> DataFrame:
    """Columns run, cycle (on the run's path, from 1), node, seed and percent: over all layers, where any weight counts.

    A cycle whose starting weights are transformed has no row, nor has one that the analysis does not look at.
    """
    rows = tables.signs[(tables.signs["layer"] == ALL) & tables.signs["share"].notna()]
    return rows.assign(percent=100 * rows["share"])[["run", "cycle", "node", "seed", "percent"]]


def of_seeds(flips: DataFrame, run: str, cycle: int, seeds: int) -> DataFrame | None:
    """The rows of one run's cycle by rising seed; None where not every one of `seeds` seeds has one."""
    rows = flips[(flips["run"] == run) & (flips["cycle"] == cycle)].sort_values("seed", kind="stable")
    return rows if rows["seed"].nunique() == len(rows) == seeds else None
