"""Signed heights at the midpoint between consecutive cycle ends of the arms, from the table `connectivity`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sculpt.studies.coupling.arms import every_cycle

if TYPE_CHECKING:  # whoever only names the figures does without pandas
    from pandas import DataFrame

    from sculpt.statistics.tables import Tables

MIDPOINT = 0.5
_LABELS = ["run", "arm_mask", "arm_weights", "target_density"]
COLUMNS = [*_LABELS, "cycle", "node", "before", "seed", "split", "height"]


def midpoints(tables: Tables) -> DataFrame:
    """COLUMNS, one row per (run, cycle, seed, split): the path from the end of the cycle before to that of `cycle`.

    height: points of error above the straight line between the ends; negative where the midpoint is better than that.
    Only (run, cycle, split) that have a height for every seed of the summary.
    """
    runs = every_cycle(tables.summary)[_LABELS].drop_duplicates()
    paths = tables.connectivity
    paths = paths[(paths["path"] == "before") & (paths["alpha"].round(6) == MIDPOINT)].dropna(subset=["height"])
    found = runs.merge(paths, on="run")[COLUMNS]
    seeds = found.groupby(["run", "cycle", "split"])["seed"].transform("nunique")
    return found[seeds == tables.summary["seed"].nunique()].reset_index(drop=True)
