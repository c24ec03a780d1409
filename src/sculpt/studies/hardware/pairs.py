"""Which trainings of the aligned loss belong together: those of one weight, under two profiles.

A violation needs one training under two profiles. Variants are told by the weight of their loss, and by the profile
that they train under; what they are called is nobody's business. hardware.csv compares each with the plain run, so
here their columns `accuracy` are compared. The plain run is weight 0, and beside it stands any variant that changes the
profile alone; an aligned variant of weight 0 trains the same network, and is not counted twice.
"""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING

from sculpt.core.rounding import rounded
from sculpt.statistics.pooling import one_row_each
from sculpt.studies.hardware.measures import HERE

if TYPE_CHECKING:
    from pandas import DataFrame

WEIGHT = "weight"
TRAINED = ("training", "training_repeat", "variant")
"""The effects of a run that a variant trains: of its profile alone, of nothing, or of other settings too, as a loss."""


def swept(rows: DataFrame, plain: DataFrame, same: Set[str]) -> DataFrame:
    """Every weight under each profile, beside the same weight under the profile that the plain run trains under.

    rows: those at ends (`effects.at_ends`); plain: the rows of training under profiles (`effects.trained`), which are
    weight 0 where their loss has no weight; same: the names of the profile that the plain run trains under. Columns:
    network, split, seed, group, images, few, profile, weight, accuracy, accuracy_reference (of the same weight, in
    percent) and error_change. A profile is kept where both some weight above 0 and the plain loss have it, so one that
    changes nothing is left out here too. Raises PoolingError where two variants have one weight and one profile.
    """
    import pandas as pd

    rows = rows[rows["effect"].isin(TRAINED) & (rows["machine"] == HERE)]
    aligned = rows[rows[WEIGHT].astype(float) > 0]
    by = ["network", "split", "seed", "group", WEIGHT]
    one_row_each(aligned, [*by, "profile"], "the sweep of the aligned loss")
    is_base = aligned["profile"].isin(same)
    base = aligned[is_base][[*by, "accuracy"]].rename(columns={"accuracy": "accuracy_reference"})
    other = aligned[~is_base & aligned["profile"].isin(plain["profile"])]
    other = other.drop(columns="accuracy_reference").merge(base, on=by)
    zero = plain[~(plain[WEIGHT].astype(float) > 0)].assign(weight=0.0).drop_duplicates([*by, "profile"])
    zero = zero[zero["profile"].isin(other["profile"]) & zero["network"].isin(other["network"])]
    columns = [*by, "profile", "images", "few", "accuracy", "accuracy_reference"]
    found = pd.concat([part[columns] for part in (zero, other) if len(part)] or [other[columns]], ignore_index=True)
    found = found.astype({WEIGHT: float})
    return found.assign(error_change=(found["accuracy_reference"] - found["accuracy"]).map(rounded))


def ring(rows: DataFrame, by: list[str]) -> DataFrame:
    """A change of seed alone: the rows under the reference, each seed beside the next, the last beside the first.

    rows: with `accuracy_reference`, one row per `by`, seed and group. Returns them with `accuracy` of the next seed and
    error_change.
    """
    seeds = sorted(rows["seed"].unique())
    after = dict(zip(seeds, [*seeds[1:], *seeds[:1]], strict=True))
    rows = rows.drop_duplicates([*by, "seed", "group"])
    following = rows[[*by, "seed", "group", "accuracy_reference"]].rename(
        columns={"accuracy_reference": "accuracy", "seed": "next"}
    )
    found = rows.drop(columns="accuracy").assign(next=rows["seed"].map(after))
    found = found.merge(following, on=[*by, "next", "group"]).drop(columns="next")
    return found.assign(error_change=(found["accuracy_reference"] - found["accuracy"]).map(rounded))
