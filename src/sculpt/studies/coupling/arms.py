"""The arms of the coupling experiment: which mask is trained from which weights, with repeated cycles and without."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # whoever only names the figures does without pandas
    from pandas import DataFrame, Series

LRR, WR, OTHER, SHUFFLED, RANDOM = "lrr", "wr", "lrr+other_seed", "lrr+shuffled", "random"
MASKS = {
    LRR: "LRR's mask",
    WR: "WR's mask",
    OTHER: "another seed's LRR mask",
    SHUFFLED: "LRR's mask shuffled within its layers",
    RANDOM: "a random mask",
}
FRESH, INITIAL, WARM_UP = "fresh", "initial", "warm_up"
WEIGHTS = {FRESH: "fresh weights", INITIAL: "initial weights", WARM_UP: "warm-up weights"}
"""Fresh ones are those of a seed outside the run's; warm-up ones those of the dense network after its warm-up."""
DRAWN = ("erk", "balanced", "uniform")
"""Random masks by the label of their criterion; the first that is there is the random mask of the arms."""
_FRESH_LABELS = ("fresh", "fresh_weights")
"""Labels under which params.yaml may have the transform `fresh_weights`; the first that is there counts."""


class Arm(NamedTuple):
    """mask: of MASKS. weights: of WEIGHTS, those that training starts from. cycled: at the run's end, or at cycle 1."""

    mask: str
    weights: str
    cycled: bool = True

    @property
    def words(self) -> str:
        """`LRR's mask on warm-up weights after all cycles`."""
        return f"{MASKS[self.mask]} on {WEIGHTS[self.weights]} after {'all cycles' if self.cycled else 'one cycle'}"


def started_from(rows: DataFrame) -> Series:
    """Which of WEIGHTS each row's run starts from; empty for other weights or another transform."""
    plain = rows["weights"].where(rows["transform"].isna() & rows["weights"].isin([INITIAL, WARM_UP]))
    label = next((label for label in _FRESH_LABELS if (rows["transform"] == label).any()), None)
    return plain.mask((rows["weights"] == INITIAL) & (rows["transform"] == label), FRESH)


def every_cycle(summary: DataFrame) -> DataFrame:
    """The rows of all cycles of the runs that are an arm, with `arm_mask` and `arm_weights`.

    Runs of a variant, of another length or of another criterion than magnitude are none. A cyclic run on the random
    mask is the arm on initial weights, which has the same networks, at the densities of coupled runs and where no
    coupled run asks for it. Only rows of (run, cycle) that have a result for every seed of `summary`.
    """
    if not (summary["method"] == "coupled").any():
        return summary.iloc[:0].assign(arm_mask=None, arm_weights=None)
    rows = summary[summary["method"].isin(["coupled", "cyclic"])].dropna(subset=["val_accuracy", "test_accuracy"])
    rows = rows[rows.groupby(["run", "cycle"])["seed"].transform("nunique") == summary["seed"].nunique()]
    by_magnitude = rows["criterion"].isna() | (rows["criterion"] == "magnitude")
    rows = rows[rows["variant"].isna() & rows["length"].isna() & by_magnitude]
    coupled, cyclic = rows["method"] == "coupled", rows["method"] == "cyclic"
    cyclic &= rows["result"].astype(bool) & rows["transform"].isna()
    drawn = _drawn(rows[coupled]) or _drawn(rows[cyclic])
    asked = rows[coupled & (rows["mask"] == drawn) & (started_from(rows) == INITIAL)]["target_density"]
    cyclic &= (rows["mask"] == drawn) & ~rows["target_density"].isin(asked)
    cyclic &= rows["target_density"].isin(rows.loc[coupled & started_from(rows).notna(), "target_density"])
    rows = rows.assign(method="coupled", weights=rows["weights"].astype(object).mask(cyclic, INITIAL))[coupled | cyclic]
    rows = rows.assign(arm_mask=rows["mask"].where(rows["mask"] != drawn, RANDOM), arm_weights=started_from(rows))
    return rows[rows["arm_mask"].isin(MASKS) & rows["arm_weights"].notna()]


def arms(summary: DataFrame) -> DataFrame:
    """The rows of `every_cycle` after one cycle and at the end of the run, with the column `cycled`."""
    rows = every_cycle(summary)
    rows = rows[(rows["cycle"] == 1) | (rows["cycle"] == rows["cycles"])]
    return rows.assign(cycled=rows["cycle"] > 1)


def of_arm(rows: DataFrame, arm: Arm) -> DataFrame:
    """The rows of `arms` that are of one of them, by density and seed."""
    found = rows[(rows["arm_mask"] == arm.mask) & (rows["arm_weights"] == arm.weights) & (rows["cycled"] == arm.cycled)]
    return found.sort_values(["target_density", "seed"], ascending=[False, True], kind="stable")


def _drawn(rows: DataFrame) -> str | None:
    present = set(rows["mask"].dropna())
    return next((label for label in DRAWN if label in present), None)
