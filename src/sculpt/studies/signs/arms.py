"""The arms of figure 8a: what is left of the warm-up weights when training on an iterative method's mask begins.

Each arm is a coupled run on the final mask of a ladder, and a label says what it starts from: `weights` and
`transform`. The names of the transforms are those of params.yaml; an entry under another label is no arm.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from sculpt.statistics.judgement import present
from sculpt.statistics.judgement.sides import CELL, judged_rows, longest_ladder
from sculpt.statistics.pooling import one_row_each
from sculpt.statistics.results import ends

if TYPE_CHECKING:
    from pandas import DataFrame

MASKS = ("lrr", "wr")
"""Masks of iterative methods."""


class Arm(NamedTuple):
    weights: str
    transform: str | None
    words: str

    def entry(self, summary: DataFrame, targets: list[float]) -> dict[str, Any]:
        """An entry of params.yaml: the arm on the mask that the experiment's LRR has at its targets."""
        found = {"method": "coupled", "mask_of": "lrr", "ladder": present.ladder(summary, to=targets)}
        found |= {"weights": self.weights}
        found |= {"rewind_epoch": 1} if self.weights == "warm_up" else {}
        return found | ({"transform": self.transform} if self.transform else {}) | {"targets": targets}


ARMS = {
    "warm_up": Arm("warm_up", None, "warm-up weights"),
    "signs": Arm("warm_up", "random_magnitudes", "warm-up signs with random magnitudes"),
    "signs_shuffled": Arm("warm_up", "shuffle_magnitudes", "warm-up signs with permuted magnitudes"),
    "initial_signs": Arm("initial", "random_magnitudes", "initial signs with random magnitudes"),
    "shuffled_signs": Arm("warm_up", "shuffle_signs", "permuted signs with warm-up magnitudes"),
    "random_signs": Arm("warm_up", "random_signs", "random signs with warm-up magnitudes"),
    "both_random": Arm("initial", "fresh", "fresh weights"),
}
"""Permuted: within each layer's kept weights. `both_random` is a fresh initialisation, its batch norm included."""


def rows_of(summary: DataFrame, name: str) -> DataFrame:
    """The rows of one arm at each of its cycles, those that every seed has, one per (mask, density, cycle, seed).

    Two runs of one arm that differ in length share their first cycles, so each of these is there once.
    """
    arm = ARMS[name]
    rows = summary[(summary["method"] == "coupled") & summary["mask"].isin(MASKS) & summary["variant"].isna()]
    of_arm = rows["transform"].isna() if arm.transform is None else rows["transform"] == arm.transform
    rows = rows[of_arm & (rows["weights"] == arm.weights)]
    if rows.empty:  # as in most experiments
        return rows
    rows = rows.dropna(subset=["val_accuracy", "test_accuracy"])
    there = rows.groupby(["run", "cycle"])["seed"].transform("nunique")
    rows = rows[there == summary["seed"].nunique()].sort_values("length", na_position="first", kind="stable")
    rows = rows.drop_duplicates([*CELL, "cycle", "seed", "node"])
    one_row_each(rows, [*CELL, "cycle", "seed"], f"the arm {name} of figure 8a")
    return rows.sort_values([*CELL, "cycle", "seed"], kind="stable")


def at_equal_cycles(sides: list[DataFrame]) -> list[DataFrame]:
    """The sides in the masks and densities that all have, at the largest number of cycles that all have there."""
    keys = [pd.MultiIndex.from_frame(side[CELL]) for side in sides]
    cells = reduce(pd.Index.intersection, (key.unique() for key in keys))
    found = [side[key.isin(cells)] for side, key in zip(sides, keys, strict=True)]
    if not len(cells):
        return found
    last = min(side.groupby(CELL)["cycle"].max().min() for side in found)
    # How long a run goes on after this cycle sets nothing apart.
    return [side[side["cycle"] == last].assign(length=None) for side in found]


def beside_lrr(summary: DataFrame, name: str) -> list[DataFrame]:
    """An arm at the end of its runs of C cycles, and LRR at the end of its longest ladder, by mask and density.

    LRR draws no mask: its rows are there once for each mask of the arm.
    """
    arm = ends(rows_of(summary, name))
    arm = arm[arm["length"].isna()]
    if arm.empty:
        return [arm, arm]
    lrr = longest_ladder(ends(judged_rows(summary))).drop(columns="mask")
    lrr = lrr.merge(arm[CELL].drop_duplicates(), on="target_density")
    arm = arm[arm["target_density"].isin(lrr["target_density"].unique())]
    return [side.sort_values([*CELL, "seed"], kind="stable") for side in (arm, lrr)]
