"""Variants of the aligned loss, told by their names: the only place that reads them.

A violation needs one training under two profiles. `aligned-<weight>` trains with the aligned loss of that weight under
the reference, and `aligned-<weight>-<profile>` with the same loss under another profile. A name has no point, so a `p`
stands for it: `aligned-0p3` beside `aligned-0p3-bfloat16` is weight 0.3. Both are variants with a profile, so that
hardware.csv has their rows, whose columns `accuracy` are compared here: what they are compared with
there is the plain run. The plain run is weight 0, and beside it stands any variant that changes the profile alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sculpt.core.rounding import rounded
from sculpt.studies.hardware.measures import HERE

if TYPE_CHECKING:
    from pandas import DataFrame

_ALIGNED = re.compile(r"aligned-(?P<weight>\d+(?:p\d+)?)(?:-(?P<profile>.+))?")
WEIGHT = "weight"
TRAINED = ("training", "variant")
"""The effects of a run that a variant trains: of its profile alone, or of other settings too, as a loss."""


def is_aligned(variant: Any) -> bool:
    """Whether a variant changes the loss too; an empty label is no variant."""
    return isinstance(variant, str) and _ALIGNED.fullmatch(variant) is not None


def read_name(variant: str) -> tuple[float, str | None]:
    """The weight and the profile of an aligned variant, None where it trains under the reference."""
    found = _ALIGNED.fullmatch(variant)
    return float(found["weight"].replace("p", ".")), found["profile"]


def swept(rows: DataFrame, plain: DataFrame) -> DataFrame:
    """Every weight under each profile, beside the same weight under the reference.

    rows: those at ends (`effects.at_ends`), of which the aligned ones are taken; plain: the rows of training under
    profiles without the aligned loss (`effects.trained`), which are weight 0. Columns: network, split, seed, group,
    images, few, profile, weight, accuracy, accuracy_reference (of the same weight under the reference, percent) and
    error_change. A profile is kept where both some weight above 0 and the plain loss have it, so one that changes
    nothing is left out here too.
    """
    import pandas as pd

    rows = rows[rows["effect"].isin(TRAINED) & (rows["machine"] == HERE)]
    aligned = rows[rows["variant"].map(is_aligned).astype(bool)]
    names = [read_name(variant) for variant in aligned["variant"]]
    aligned = aligned.assign(weight=[weight for weight, _ in names], beside=[profile for _, profile in names])
    by = ["network", "split", "seed", "group", WEIGHT]
    base = aligned[aligned["beside"].isna()][[*by, "accuracy"]].rename(columns={"accuracy": "accuracy_reference"})
    other = aligned[aligned["beside"].notna() & aligned["profile"].isin(plain["profile"])]
    other = other.drop(columns="accuracy_reference").merge(base, on=by)
    zero = plain[plain["profile"].isin(other["profile"])].assign(weight=0.0)
    zero = zero[zero["network"].isin(other["network"])]
    columns = [*by, "profile", "images", "few", "accuracy", "accuracy_reference"]
    found = pd.concat([part[columns] for part in (zero, other) if len(part)] or [other[columns]], ignore_index=True)
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
