"""SCULPT with one thing changed at a time: where it starts, how many cycles it has, how it is pruned."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sculpt.recipe.node import number
from sculpt.statistics.intervals import intervals
from sculpt.statistics.pooling import one_row_each
from sculpt.statistics.results import DEFAULT_CRITERION
from sculpt.studies.pruned_once.pairs import CELL, STARTED
from sculpt.studies.pruned_once.sides import by_magnitude, cycles_of, cyclic, ended, lrr, usual

START, CYCLES, PRUNE, REFERENCE = "start", "cycles", "prune", "reference"
TWICE = "two cuts"
BY = ["changed", "value", "method", *STARTED, "criterion", "length", "cycle", "run", "chosen"]
_READER = "sculpt_ablation"


def arms(summary: pd.DataFrame) -> pd.DataFrame:
    """One row per arm, under the first mask method that SCULPT has.

    Columns: changed (start, cycles or prune; reference for LRR and for cyclic training of C cycles), value (to what, as
    text), labels, cycle, run, chosen (whether validation chose the start), test_accuracy (percent) and beyond (points),
    each with _mean, _low and _high (95 %), seeds. beyond is the difference, paired by seed, of a start to cyclic
    training of C cycles, of a number of cycles to C, and of a prune to magnitude in one cut, each from the same start;
    empty where there is no such run. Arms of cycles and of prunes are those of which a start and target have several,
    and cyclic training after each of its cycles.
    """
    rows = ended(summary, "sculpt")
    masks = rows["mask"].unique()[:1]
    rows, of_cyclic, twice = (
        found[found["mask"].isin(masks)] for found in (rows, cyclic(summary), ended(summary, "sculpt_twice"))
    )
    plain = by_magnitude(rows)
    base, whole = usual(plain), of_cyclic[of_cyclic["cycle"] == cycles_of(summary)]
    starts = base.assign(value=base["start_density"].map(number))
    lengths = _several(plain.assign(value=plain["cycles"].astype(str)))
    after_each = of_cyclic.assign(value=of_cyclic["cycle"].astype(str))
    kinds = usual(rows)
    kinds = [kinds.assign(value=kinds["criterion"].fillna(DEFAULT_CRITERION)), usual(twice).assign(value=TWICE)]
    found = [
        _against(starts, whole, CELL).assign(changed=START),
        _against(lengths, base, STARTED).assign(changed=CYCLES),
        _against(after_each, whole, CELL).assign(changed=CYCLES),
        _against(_several(pd.concat(kinds)), base, STARTED).assign(changed=PRUNE),
        *(of.assign(changed=REFERENCE, value=REFERENCE, beyond=float("nan")) for of in (whole, lrr(summary))),
    ]
    every = pd.concat([part for part in found if not part.empty] or found, ignore_index=True)
    every = every.assign(chosen=every["selected"].astype(bool) & (every["method"] == "sculpt"))
    means = intervals(every, BY, "test_accuracy", _READER)
    beyond = intervals(every.dropna(subset=["beyond"]), BY, "beyond", _READER).drop(columns="seeds")
    return means.merge(beyond, on=BY, how="left")


def _several(rows: pd.DataFrame) -> pd.DataFrame:
    """Those of a start and target that has several values."""
    return rows[rows.groupby(STARTED, dropna=False)["value"].transform("nunique") > 1]


def _against(rows: pd.DataFrame, base: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """The column beyond: how far a seed is above its run in `base` of the same `by`, in points."""
    one_row_each(base, [*by, "seed"], _READER)
    beside = base[[*by, "seed", "test_accuracy"]].rename(columns={"test_accuracy": "of_base"})
    found = rows.merge(beside, on=[*by, "seed"], how="left")
    return found.assign(beyond=found["test_accuracy"] - found["of_base"]).drop(columns="of_base")
