"""The entries of params.yaml that add arms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.statistics.judgement import entries, present
from sculpt.studies.coupling.arms import FRESH, LRR, OTHER, RANDOM, SHUFFLED, WARM_UP, WR, Arm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pandas import DataFrame

_OF_MASK = {
    LRR: {"mask_of": "lrr"},
    WR: {"mask_of": "wr"},
    OTHER: {"mask_of": "lrr", "change": "other_seed"},
    SHUFFLED: {"mask_of": "lrr", "change": "shuffled"},
    RANDOM: {"mask_of": "erk"},
}


def entry_of(summary: DataFrame, arms: Iterable[Arm]) -> str:
    """What an experiment lacks of some arms, down its own ladder, at the densities that its coupled runs have."""
    return entries.runs(summary, *(_entry(summary, arm) for arm in arms))


def targets(summary: DataFrame) -> list[float]:
    """The densities of coupled runs, else the last two rungs."""
    there = summary.loc[summary["method"] == "coupled", "target_density"].unique().tolist()
    return sorted(there, reverse=True) or present.ladder(summary)[-2:]


def _entry(summary: DataFrame, arm: Arm) -> dict[str, Any]:
    densities = targets(summary)
    found: dict[str, Any] = {"method": "coupled", **_OF_MASK[arm.mask]}
    if arm.mask != RANDOM:
        found["ladder"] = present.ladder(summary, "wr" if arm.mask == WR else "lrr", to=densities)
    found["weights"] = "initial" if arm.weights == FRESH else arm.weights
    if arm.weights == WARM_UP or arm.mask == WR:
        found["rewind_epoch"] = 1
    if arm.weights == FRESH:
        found["transform"] = "fresh"
    return {**found, "targets": densities}
