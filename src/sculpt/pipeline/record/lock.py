"""provenance.lock.json: which code, settings and inputs made each artifact, so that a clone can check it.

Snakemake's records say it for the folder in which they were written, and git and DVC carry neither them nor file
times. The lock is those records, sorted, without times and places, with the hash of every file. `lock_export` writes
it, and `lock_import` makes records of it again.
"""

from pathlib import Path
from typing import Any

from sculpt.core.errors import SculptError
from sculpt.pipeline.record import records
from sculpt.pipeline.record.seal import unseal

LOCK = "provenance.lock.json"

Lock = dict[str, Any]
Entry = dict[str, Any]


class ProvenanceError(SculptError):
    """The lock cannot be used or written; the message names it."""


def read_lock(path: Path) -> Lock:
    """The lock, checked: readable, as it was written, and of the record format of the installed Snakemake.

    Raises ProvenanceError.
    """
    try:
        lock = unseal(path.read_bytes())
    except FileNotFoundError:
        raise ProvenanceError(f"{path}: no such file; `.venv/bin/sculpt provenance export` writes it") from None
    except ValueError as error:
        remedy = f"restore it (git restore {LOCK}), or delete it and export anew"
        raise ProvenanceError(f"{path}: {error}; {remedy}") from None
    if lock["record_format"] != records.FORMAT:
        raise ProvenanceError(
            f"{path}: written for Snakemake's record format {lock['record_format']}, the installed Snakemake has "
            f"{records.FORMAT}; install the version of requirements.lock, or delete the file and export anew"
        )
    return lock


def entries_of(lock: Lock, name: str) -> list[Entry]:
    """The lock's entries of an experiment's jobs, each with its fingerprint; none where the lock does not have it."""
    experiment = lock["experiments"].get(name, {"jobs": []})
    return [{"fingerprint": experiment["fingerprint"], **entry} for entry in experiment["jobs"]]


def locked_files(lock: Lock, name: str) -> dict[str, str]:
    """The lock's sha256 of each file of an experiment."""
    return {file: sha256 for entry in entries_of(lock, name) for file, sha256 in entry["outputs"].items()}
