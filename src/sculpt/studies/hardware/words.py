"""What the claims and figures of the study have in common in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame

    from sculpt.studies.hardware.effects import LeftOut

FAMILY = "execution profiles"
OURS = "ours, after the question of arXiv 2312.03886, of which only the abstract was found"
CONTROL = "ours, the control of claim"
PROFILES = (
    "execution profiles, each on the machine it names, and one processor where none is named: this says nothing of "
    "other hardware"
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
    whole = images.loc[images["group"] == "all", "images"].max()
    groups = images.loc[images["group"] != "all", "images"]
    said = (
        f"all networks share one split of the data; {whole} test images in groups of {groups.min()} to {groups.max()}"
    )
    few = sorted(images.loc[(images["group"] != "all") & images["few"].astype(bool), "group"].unique())
    return said + (f"; groups of fewer than 20 images: {', '.join(few)}" if few else "")


def left_out(found: Sequence[LeftOut]) -> list[str]:
    """The caveat that names the profiles which are no result: `no effect on this machine: a, b; not available: c`."""
    why: dict[str, list[str]] = {}
    for name, reason in found:
        why.setdefault(reason, []).append(name)
    return ["; ".join(f"{reason}: {', '.join(names)}" for reason, names in why.items())] if why else []


def profiles(names: Iterable[str]) -> str:
    """`profiles a, b`."""
    found = list(dict.fromkeys(names))
    return f"profile{'s' if len(found) > 1 else ''} {', '.join(found)}"
