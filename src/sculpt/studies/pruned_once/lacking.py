"""What an experiment has of SCULPT, for the entries that would test a claim of the study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sculpt.statistics.judgement import present

if TYPE_CHECKING:
    from pandas import DataFrame


def targets(summary: DataFrame, densest: float = 1.0) -> tuple[str, list[float]]:
    """The mask of SCULPT's runs and their targets of at most `densest`; where there is none, of cyclic runs."""
    of_sculpt = present.densities(summary, densest, methods=["sculpt"])
    return present.mask(summary), of_sculpt


def start(summary: DataFrame) -> float:
    """The start from which SCULPT has the most targets; of equal ones the highest; 0.5 where there is none."""
    rows = summary[(summary["method"] == "sculpt") & (summary["mask"] == present.mask(summary))]
    rows = rows[rows["variant"].isna() & rows["length"].isna()]
    counts = rows.groupby("start_density")["target_density"].nunique()
    return 0.5 if counts.empty else float(max(counts.index, key=lambda value: (counts[value], value)))
