"""Two locks of one experiment beside each other: where bytes must be equal, and where they need not be."""

from typing import Any

from sculpt.core.errors import Fault
from sculpt.core.machines import MACHINE
from sculpt.pipeline.record.lock import Lock, entries_of
from sculpt.pipeline.record.revision import AgainstError

Made = dict[str, tuple[str, Any]]
"""sha256 and fingerprint of each file of an experiment."""


def made(lock: Lock, name: str, where: str) -> Made:
    """What a lock says of an experiment; where: how a person calls the lock. Raises AgainstError."""
    if name not in lock["experiments"]:
        raise AgainstError(f"{where} does not record {name}")
    return {
        file: (sha256, entry["fingerprint"])
        for entry in entries_of(lock, name)
        for file, sha256 in entry["outputs"].items()
    }


def unlike_bytes(revision: str, there: Made, here: Made) -> list[Fault]:
    """The files that only one of both has, or that differ.

    What machine.json tells of a machine is more than its fingerprint, such as the driver and the number of processors.
    So it may differ; the outcomes beside it may not.
    """
    faults = [Fault(file, f"only here, not in {revision}") for file in here.keys() - there.keys()]
    faults += [Fault(file, f"only in {revision}") for file in there.keys() - here.keys()]
    both = {file for file in there.keys() & here.keys() if not file.endswith(f"/{MACHINE}")}
    return sorted(
        faults + [Fault(file, f"other bytes than in {revision}") for file in both if there[file] != here[file]]
    )


def differing(there: Made, here: Made) -> list[str]:
    """What differs between the fingerprints of the files that both have, in words; sorted."""
    both = there.keys() & here.keys()
    return sorted({text for file in both for text in _differences(there[file][1], here[file][1])})


def _differences(there: Any, here: Any, name: str = "") -> list[str]:
    """What differs between two fingerprints, in words."""
    if isinstance(there, dict) and isinstance(here, dict):
        keys = sorted(there.keys() | here.keys())
        return [text for key in keys for text in _differences(there.get(key), here.get(key), f"{name} {key}".strip())]
    if there == here:
        return []
    there, here = ("none" if value is None else value for value in (there, here))
    return [f"{name} was {there}, is {here}"]
