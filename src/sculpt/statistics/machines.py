"""Whether each execution profile changes anything on each machine, as rows: a profile without effect is no result."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from sculpt.core.machines import HERE

COLUMNS = (
    *("machine", "profile", "available", "why", "inference_differs", "training_differs", "device", "processor"),
    *("precision", "threads", "flags", "environment", "probe_inference", "probe_training"),
)
PROBES = ("inference", "training")

Machines = Mapping[str, Mapping[str, dict[str, Any]]]
"""By the name of a machine, then by profile: what machine.json says; of one that is not available, maybe little."""


def profile_table(machines: Machines, reference: str) -> pd.DataFrame:
    """The rows of `profiles.csv`, in the order given.

    A profile differs where the checksum of its probe is not that of the reference here; the reference here does not.
    Empty where it or the reference is not available.
    """
    base = machines[HERE][reference]
    rows = [
        _row(machine, profile, said, base) for machine, found in machines.items() for profile, said in found.items()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(machine: str, profile: str, said: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    settings, probe = said.get("profile") or {}, said.get("probe") or {}
    known = said["available"] and base["available"]
    return {
        "machine": machine,
        "profile": profile,
        "available": said["available"],
        "why": said["why"],
        **{f"{kind}_differs": probe[kind] != base["probe"][kind] if known else None for kind in PROBES},
        "device": said.get("device"),
        "processor": said["provenance"]["processor"]["processor"] if said.get("provenance") else None,
        "precision": settings.get("precision"),
        "threads": settings.get("threads", 1) if settings else None,
        "flags": json.dumps(said.get("flags") or {}, sort_keys=True),
        "environment": json.dumps(settings.get("environment", {}), sort_keys=True),
        **{f"probe_{kind}": probe.get(kind) for kind in PROBES},
    }
