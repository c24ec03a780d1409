"""Do the cycles of an LRR mask stay connected on warm-up weights, and jump over barriers on fresh ones?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sculpt.recipe.node import number
from sculpt.statistics.judgement import entries
from sculpt.statistics.judgement.cells import in_cells
from sculpt.statistics.judgement.paper import FIGURE_6, REVIEWS
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.pooling import one_row_each, pooled
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import Estimate, estimate
from sculpt.studies.coupling.arms import FRESH, LRR, WARM_UP, Arm
from sculpt.studies.coupling.entries import entry_of
from sculpt.studies.coupling.heights import midpoints

if TYPE_CHECKING:
    from numpy import ndarray
    from pandas import DataFrame

ID = "j8"
QUESTION = "Does LRR's mask meet barriers between cycles on fresh weights, and none on warm-up ones?"
TABLES = ("summary", "connectivity")
SPLITS = ("validation", "train")
BARRIER = 1.0
"""Points of error at the midpoint from which a path is said to have a barrier. A definition of this project."""
_SOURCE = f"figure 6 in {REVIEWS}"
_MIDPOINT = (
    "the signed height at the midpoint, not the maximum along the path, which is never negative; batch-norm statistics "
    "are estimated anew at each point"
)
_PATH = ["target_density", "cycle"]


def judge(tables: Tables) -> list[Claim | str]:
    """On each split: the height on fresh weights minus that on warm-up ones; minus the latter alone; the former alone.

    Points of error; the second has minus BARRIER as its threshold, the third BARRIER: no
    height is both a barrier and none. A seed's height is averaged over the densities and
    pairs of cycles that a claim covers.
    """
    rows = midpoints(tables)
    return [claim for split in SPLITS for claim in _of_split(tables, rows[rows["split"] == split], split)]


def lacking(tables: Tables) -> str:
    """The runs that the claims need beside the analysis, and the analysis of every run."""
    arms = entry_of(tables.summary, [Arm(LRR, weights) for weights in (WARM_UP, FRESH)])
    return entries.joined(arms, entries.analyses("connectivity"))


def _of_split(tables: Tables, rows: DataFrame, split: str) -> list[Claim | str]:
    warm, fresh = _side(rows, Arm(LRR, WARM_UP)), _side(rows, Arm(LRR, FRESH))
    both = [fresh.merge(warm[_PATH].drop_duplicates(), on=_PATH), warm.merge(fresh[_PATH].drop_duplicates(), on=_PATH)]
    between = f"between the ends of consecutive cycles of LRR's mask, on {split} images"
    larger = f"The barriers {between}, are higher on fresh weights than on warm-up ones"
    none = f"There is no barrier of {number(BARRIER)} point {between}, on warm-up weights"
    some = f"There is a barrier of {number(BARRIER)} point {between}, on fresh weights"
    return [
        _judged(tables, f"j8_{split}", larger, f"higher on fresh weights on {split} images", both, [1, -1], 0.0),
        _judged(tables, f"j9_{split}", none, f"none on warm-up weights on {split} images", [warm], [-1], -BARRIER),
        _judged(tables, f"j10_{split}", some, f"some on fresh weights on {split} images", [fresh], [1], BARRIER),
    ]


def _side(rows: DataFrame, arm: Arm) -> DataFrame:
    """The rows of one arm, with the columns that cells are told by."""
    side = rows[(rows["arm_mask"] == arm.mask) & (rows["arm_weights"] == arm.weights)]
    one_row_each(side, [*_PATH, "seed"], ID)
    return side.assign(mask=arm.mask, start_density=float("nan")).sort_values([*_PATH, "seed"], kind="stable")


def _judged(
    tables: Tables,
    id_: str,
    statement: str,
    part: str,
    sides: list[DataFrame],
    signs: list[int],
    threshold: float,
) -> Claim | str:
    unit = "points of error below the straight line" if signs == [-1] else "points of error above the straight line"
    sentence = Sentence(id_, _SOURCE, statement, FIGURE_6, part=part, unit=unit)
    if any(side.empty for side in sides):
        return sentence.untested("the analysis has no such paths for every seed", lacking(tables))
    measure = partial(_measure, signs)
    return sentence.judged(_scope(sides[0]), measure(*sides), threshold, in_cells(sides, measure), [_MIDPOINT])


def _measure(signs: list[int], *sides: DataFrame) -> Estimate:
    return estimate(sum(sign * _by_seed(side) for sign, side in zip(signs, sides, strict=True)))


def _by_seed(rows: DataFrame) -> ndarray:
    return pooled(rows, ["seed"], "height", ID, (*_PATH, "run", "mask"))["height_mean"].to_numpy()


def _scope(rows: DataFrame) -> str:
    """What is averaged over: `at 0.05, into cycles 2, 3, 4; at 0.02, into cycles 2, 3`."""
    parts = [
        f"at {number(density)}, into cycle{'s' * (of_density['cycle'].nunique() > 1)} "
        f"{', '.join(map(str, sorted(of_density['cycle'].unique())))}"
        for density, of_density in rows.groupby("target_density", sort=False)
    ]
    return "; ".join(parts[::-1])
