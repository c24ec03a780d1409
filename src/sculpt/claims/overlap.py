"""Does cyclic training settle: does its last cycle move the weights less than its second?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sculpt.recipe.node import number
from sculpt.statistics.judgement import entries, present
from sculpt.statistics.judgement.cells import in_cells
from sculpt.statistics.judgement.sides import CELL
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.pooling import pooled
from sculpt.statistics.results import ends, plain
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import Estimate, estimate

if TYPE_CHECKING:
    from numpy import ndarray
    from pandas import DataFrame

ID = "f"
QUESTION = "Does cyclic training settle: does its last cycle move the weights less than its second?"
TABLES = ("summary", "overlap")
SENTENCE = Sentence(
    ID,
    "ours; no distance between cycles was found in public sources on arXiv 2406.02773",
    "The last cycle of cyclic training moves the weights less than the second",
    unit="percent of the weights' norm",
)


def judge(tables: Tables) -> list[Claim | str]:
    """The relative distance of the second cycle minus that of the last: positive where the claim holds.

    Percent of the norm that the weights have before a cycle. The unit is the seed: a seed's effect is averaged over the
    masks and densities at which each seed has both distances, and the interval is a paired t interval over seeds.
    """
    second, last = _sides(tables)
    if second.empty:
        lacking = {"method": "cyclic", "mask": present.mask(tables.summary), "densities": [0.05], "cycles": 4}
        return [
            SENTENCE.untested(
                "no cyclic run of at least three cycles has its distances for every seed",
                entries.runs(tables.summary, lacking),
            )
        ]
    cells = in_cells([second, last], _measure)
    return [SENTENCE.judged(_scope(last), _measure(second, last), cells=cells)]


def _measure(second: DataFrame, last: DataFrame) -> Estimate:
    return estimate(_by_seed(second) - _by_seed(last))


def _sides(tables: Tables) -> tuple[DataFrame, DataFrame]:
    """The plain cyclic runs at their second cycle and at their last, one row per (run, seed) in one order."""
    runs = plain(ends(tables.summary))
    runs = runs[(runs["method"] == "cyclic") & (runs["cycles"] > 2)]
    moved = tables.overlap[tables.overlap["layer"] == "all"].assign(percent=100 * tables.overlap["relative_distance"])
    moved = moved.dropna(subset=["percent"])[["run", "cycle", "seed", "percent"]]
    found = runs[["run", *CELL, "start_density", "cycles", "seed"]].merge(moved, on=["run", "seed"])
    found = found[(found["cycle"] == 2) | (found["cycle"] == found["cycles"])]
    whole = found.groupby("run")["percent"].transform("size") == 2 * tables.summary["seed"].nunique()
    found = found[whole].sort_values([*CELL, "seed"], kind="stable")
    return found[found["cycle"] == 2], found[found["cycle"] > 2]


def _by_seed(rows: DataFrame) -> ndarray:
    """The mean of each seed over masks and densities."""
    return pooled(rows, ["seed"], "percent", ID, (*CELL, "run"))["percent_mean"].to_numpy()


def _scope(last: DataFrame) -> str:
    masks = [
        f"{mask} at {', '.join(number(density) for density in sorted(cells.unique(), reverse=True))}"
        for mask, cells in last.groupby("mask")["target_density"]
    ]
    cycles = " and ".join(map(str, sorted(last["cycles"].unique())))
    return "; ".join([*masks, f"cycle 2 against cycle {cycles}"])
