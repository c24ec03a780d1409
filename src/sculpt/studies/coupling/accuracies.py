"""Test accuracy of each arm as a table, beside it that of LRR itself, and each arm's lead over the shuffled mask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sculpt.statistics.intervals import intervals
from sculpt.studies.coupling.arms import INITIAL, MASKS, RANDOM, SHUFFLED, WEIGHTS, arms

if TYPE_CHECKING:  # whoever only names the figures does without pandas
    from pandas import DataFrame

_ARM = ["target_density", "arm_mask", "arm_weights", "cycled"]
_SAME = ["target_density", "arm_weights", "cycled", "seed"]
"""What an arm has in common with the shuffled mask that it is compared with."""
_RUN = ["method", *_ARM, "run", "cycle", "cycles"]
_COSTS = ["epochs", "train_flops"]
_LEAD = [f"over_shuffled_{part}" for part in ("mean", "low", "high")]
COLUMNS = [*_RUN, *(f"test_accuracy_{part}" for part in ("mean", "low", "high")), "seeds", *_COSTS, *_LEAD]
READER = "coupling"


def accuracies(summary: DataFrame) -> DataFrame:
    """COLUMNS: of each arm and density, the denser first; below them LRR itself, whose arm_mask and so on are empty.

    test_accuracy: percent. over_shuffled: points above LRR's shuffled mask from the same weights after as many cycles,
    paired by seed. Each with its 95 % interval over seeds. epochs and train_flops: means over the seeds.
    """
    import pandas as pd

    rows = arms(summary)
    found = rows[~((rows["arm_mask"] == RANDOM) & (rows["arm_weights"] == INITIAL))]
    rows = rows[rows["target_density"].isin(found["target_density"])]  # elsewhere there is but cyclic training
    order = {"arm_mask": list(MASKS), "arm_weights": list(WEIGHTS)}
    rows = rows.sort_values(
        _ARM,
        ascending=[False, True, True, False],
        key=lambda column: column.map(order[column.name].index) if column.name in order else column,
        kind="stable",
    )
    lrr = _ladder(summary, rows)
    parts = [part for part in (rows, lrr) if len(part)]
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    found = pd.concat([_of_part(part) for part in parts], ignore_index=True)
    return _with_lead(found, rows)[COLUMNS]


def _of_part(rows: DataFrame) -> DataFrame:
    costs = rows.groupby(_RUN, sort=False, dropna=False)[_COSTS].mean().reset_index()
    return intervals(rows, _RUN, "test_accuracy", READER).merge(costs, on=_RUN, how="left")


def _ladder(summary: DataFrame, rows: DataFrame) -> DataFrame:
    """The plain LRR runs at the densities of the arms."""
    from sculpt.statistics.judgement.sides import judged_rows, longest_ladder
    from sculpt.statistics.results import ends

    found = longest_ladder(ends(judged_rows(summary)))
    found = found[found["target_density"].isin(rows["target_density"])]
    return found.assign(arm_mask=None, arm_weights=None, cycled=True)


def _with_lead(found: DataFrame, rows: DataFrame) -> DataFrame:
    shuffled = rows[rows["arm_mask"] == SHUFFLED][[*_SAME, "test_accuracy"]]
    others = rows[rows["arm_mask"] != SHUFFLED].merge(shuffled, on=_SAME, suffixes=("", "_of_shuffled"))
    if others.empty:
        return found.assign(**dict.fromkeys(_LEAD, float("nan")))
    others = others.assign(over_shuffled=others["test_accuracy"] - others["test_accuracy_of_shuffled"])
    lead = intervals(others, _ARM, "over_shuffled", READER).drop(columns="seeds")
    return found.merge(lead, on=_ARM, how="left")
