"""Whether every file is, byte by byte, what both locks say."""

from collections.abc import Iterator
from pathlib import Path

from sculpt.core.errors import Fault
from sculpt.pipeline.check.ownership import orphans
from sculpt.pipeline.record.dvc_record import DvcRecord, Hashes, read_yaml
from sculpt.pipeline.record.lock import LOCK, Lock, ProvenanceError, locked_files, read_lock
from sculpt.pipeline.run.commands import make

UNOWNED = "owned by no node"
UNRECORDED = f"made by a job that {LOCK} does not record"


def check_bytes(name: str, owned: set[str], root: Path) -> list[Fault]:
    """Where a file of the experiment, provenance.lock.json or the experiment's part of dvc.lock is not as recorded.

    Every owned file, and no other, must be there and in the lock, with the locked sha256; dvc.lock must be what DVC
    would write now, to the byte.
    """
    hashes = Hashes(root)
    faults = {Fault(file, "no such file") for file in owned if hashes[file] is None}
    unowned = f"{UNOWNED}; {make('tidy YES=1', name, root)} removes what is"
    faults |= {Fault(file, unowned) for file in orphans(name, owned, root)}
    try:
        faults |= {*_not_as_locked(name, read_lock(root / LOCK), owned, hashes)}
    except ProvenanceError as error:
        faults.add(Fault(LOCK, str(error).removeprefix(f"{root / LOCK}: ")))
    faults |= {*DvcRecord(name, root, hashes).faults({file for file, _ in faults})}
    return sorted(faults)


def _not_as_locked(name: str, lock: Lock, owned: set[str], hashes: Hashes) -> Iterator[Fault]:
    run = make("reproduce", name, hashes.root)
    if name not in lock["experiments"]:
        yield Fault(LOCK, f"does not record {name}; {run} does")
        return
    jobs = lock["experiments"][name]["jobs"]
    locked = locked_files(lock, name)
    held_by_dvc = name in read_yaml(hashes.root / "params.yaml")["recorded"]
    for file in owned:
        found = hashes[file]
        if found and file not in locked:
            yield Fault(file, UNRECORDED)
        elif found and found.sha256 != locked[file]:
            differing = f"sha256 {found.sha256[:12]}, locked {locked[file][:12]}"
            # Not just `dvc checkout`: with its old time, DVC takes the file for unchanged and leaves it.
            remedy = _bring_back(file, run, held_by_dvc)
            yield Fault(file, f"is not what its job made ({differing}); delete it, then {remedy}")
    for job in jobs:
        changed = [file for file, sha256 in job["inputs"].items() if sha256 and locked.get(file, sha256) != sha256]
        for file in owned & job["outputs"].keys():
            yield from (Fault(file, f"was made from another {before}") for before in changed)


def _bring_back(file: str, run: str, held_by_dvc: bool) -> str:
    if not held_by_dvc:
        return run
    return f"`git restore {file}`" if file.startswith("figures/") else f"`.venv/bin/dvc checkout {file}` or {run}"
