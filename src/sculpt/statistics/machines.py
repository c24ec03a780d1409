"""Whether each execution profile changes anything on each machine, as rows: a profile without effect is no result.

Definitions of this project. A profile differs from the reference of the same machine, so that what only the machine
changes is not told of each of its profiles. The reference of another machine differs from the reference here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sculpt.core.machines import HERE

if TYPE_CHECKING:
    from sculpt.core.outcomes import Outcomes

COLUMNS = (
    *("machine", "profile", "available", "why", "inference_differs", "training_differs", "device", "processor"),
    *("precision", "threads", "flags", "environment", "probe_inference", "probe_training"),
)
PROBES = ("inference", "training")

Look = tuple[dict[str, Any], "Outcomes"]
"""What machine.json says of one seed block, of one that is not available maybe little; and the outcomes."""
Machines = Mapping[str, Mapping[str, Sequence[Look]]]
"""By the name of a machine, then by profile: the first take of each seed block, in one order everywhere."""


def profile_table(settings: dict[str, Any], machines: Machines) -> pd.DataFrame:
    """The rows of `profiles.csv`, in the order given. settings: of the job compare.

    inference_differs: the probe's checksum, or a prediction or a loss of a frozen node, is not the reference's.
    training_differs: the probe's checksum is not the reference's, or a run that a variant trained under the profile
    alone has other weights than the plain run. Either is empty where the profile or its reference is not available.
    """
    rows = []
    for machine, found in machines.items():
        for profile, looks in found.items():
            is_reference = profile == settings["reference"]
            base = machines[HERE if is_reference else machine][settings["reference"]]
            differs = (
                _differing(settings, looks, base) if _available(looks) and _available(base) else dict.fromkeys(PROBES)
            )
            if differs["training"] is False and not is_reference:
                differs["training"] = _trained_otherwise(settings, profile, base)
            said = next((said for said, _ in looks if not said["available"]), looks[0][0])
            rows.append(_row(machine, profile, said, differs))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _available(looks: Sequence[Look]) -> bool:
    return all(said["available"] for said, _ in looks)


def _differing(settings: dict[str, Any], looks: Sequence[Look], base: Sequence[Look]) -> dict[str, bool]:
    """Whether the probe, or the outcomes of a frozen node, tell a profile from its reference in any seed block."""
    pairs = list(zip(looks, base, strict=True))
    found = {
        kind: any(ours["probe"][kind] != theirs["probe"][kind] for (ours, _), (theirs, _) in pairs) for kind in PROBES
    }
    frozen = {run["node"] for run in settings["frozen"]}
    found["inference"] |= any(_unequal(ours, theirs, frozen) for (_, ours), (_, theirs) in pairs)
    return found


def _unequal(ours: Outcomes, theirs: Outcomes, nodes: set[str]) -> bool:
    places = [place for place in ours.predictions if place[0] in nodes]
    return any(
        not np.array_equal(one[place], other[place])
        for one, other in ((ours.predictions, theirs.predictions), (ours.losses, theirs.losses))
        for place in places
    )


def _trained_otherwise(settings: dict[str, Any], profile: str, base: Sequence[Look]) -> bool:
    """Whether a run whose variant changes this profile alone has other weights than the plain run beside it.

    base: the looks under the reference, which tell the digests of both.
    """
    alone = [run for run in settings["trained"] if run["effect"] == "training" and run["profile"] == profile]
    return any(
        said["weights"].get(run["node"]) != said["weights"].get(run["against"]) for said, _ in base for run in alone
    )


def _row(machine: str, profile: str, said: dict[str, Any], differs: Mapping[str, bool | None]) -> dict[str, Any]:
    settings, probe = said.get("profile") or {}, said.get("probe") or {}
    return {
        "machine": machine,
        "profile": profile,
        "available": said["available"],
        "why": said["why"],
        **{f"{kind}_differs": differs[kind] for kind in PROBES},
        "device": said.get("device"),
        "processor": said["provenance"]["processor"]["processor"] if said.get("provenance") else None,
        "precision": settings.get("precision"),
        "threads": settings.get("threads", 1) if settings else None,
        "flags": json.dumps(said.get("flags") or {}, sort_keys=True),
        "environment": json.dumps(settings.get("environment", {}), sort_keys=True),
        **{f"probe_{kind}": probe.get(kind) for kind in PROBES},
    }
