"""What the claims and figures of the study have in common in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sculpt.recipe.node import number
from sculpt.statistics.comparison import ALL
from sculpt.studies.hardware.by_seed import in_words

if TYPE_CHECKING:
    from pandas import DataFrame

    from sculpt.studies.hardware.effects import LeftOut

FAMILY = "execution profiles"
VIOLATION = "points of violation"
OURS = "ours, after the question of arXiv 2312.03886, of which only the abstract was found"
CONTROL = "ours, the control of claim"
PROFILES = (
    "execution profiles, each on the machine it names, and one processor where none is named: this says nothing of "
    "other hardware"
)
FLIPS = (
    "flips are never negative and the repeat flips nothing, so nothing can contradict this: how many flip, and under "
    "which profiles, is what it tells"
)
NO_FLOOR = (
    "training that is repeated changes nothing, so this floor is 0 and almost any change lies above it: the control "
    "with another seed tells whether it is more than noise"
)
NEIGHBOURS = (
    "a change of seed alone compares each seed with the next, the last with the first; neighbours share a network, so "
    "the seeds are not independent there"
)
MAXIMUM = (
    "a violation is a maximum over groups, so whatever changes the weights makes it positive, noise too; the change of "
    "seed alone shows how large that is"
)


def data(rows: DataFrame) -> str:
    """The caveat on images: every network has the same split, and a group few images."""
    images = rows.loc[rows["split"] == "test"].assign(group=rows["group"].astype(str))
    whole = images.loc[images["group"] == ALL, "images"].max()
    groups = images.loc[images["group"] != ALL, "images"]
    said = (
        f"all networks share one split of the data; {whole} test images in groups of {groups.min()} to {groups.max()}"
    )
    few = sorted(images.loc[(images["group"] != ALL) & images["few"].astype(bool), "group"].unique())
    return said + (f"; groups of fewer than 20 images: {', '.join(few)}" if few else "")


def left_out(found: Sequence[LeftOut]) -> list[str]:
    """The caveat that names the profiles which are no result: `changes nothing on this machine: a, b; no CUDA: c`."""
    why: dict[str, list[str]] = {}
    for name, reason in found:
        why.setdefault(reason, []).append(name)
    return ["; ".join(f"{reason}: {', '.join(names)}" for reason, names in why.items())] if why else []


def profiles(names: Iterable[str]) -> str:
    """`profiles a, b`."""
    found = list(dict.fromkeys(names))
    return f"profile{'s' if len(found) > 1 else ''} {', '.join(found)}"


def too_inaccurate(found: DataFrame) -> list[str]:
    """The caveat that names the networks which are left out of a mean (`accurate.inaccurate`), with their accuracy."""
    if found.empty:
        return []
    return [f"left out of the mean: {less_than_half(found)}"]


def less_than_half(found: DataFrame) -> str:
    """`less than half as accurate as the dense network on validation (94.8 %): cyclic erk at 0.01 (23.3 %)`."""
    named = [
        f"{in_words(row.method, row.mask)} at {number(row.target_density)} ({row.accuracy:.1f} %)"
        for row in found.itertuples()
    ]
    dense = found["dense"].iloc[0]
    return f"less than half as accurate as the dense network on validation ({dense:.1f} %): {', '.join(named)}"
