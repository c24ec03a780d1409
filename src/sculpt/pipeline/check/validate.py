"""Whether an experiment's artifacts are what its code, its settings and its locks say. Reads, and changes nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePath
from typing import Any

from sculpt.core.errors import SculptError
from sculpt.params.load import Experiment, load
from sculpt.pipeline.check.examination import Fault, check
from sculpt.pipeline.dag.jobs import owned_files
from sculpt.pipeline.record.dvc_record import DvcRecord, Hashes, files_below
from sculpt.pipeline.record.provenance import LOCK, ProvenanceError, read_lock
from sculpt.pipeline.run.commands import make
from sculpt.pipeline.run.console import counted
from sculpt.pipeline.run.plan import waiting_jobs

_DEPENDENT = "made from what runs before it"
_UNOWNED = "owned by no node"
_UNRECORDED = f"made by a job that {LOCK} does not record"


def validate(experiment: str | None) -> list[Fault]:
    """Every fault of an experiment in the current folder, sorted; an empty list where all is well.

    A folder of which no node owns any file is one fault, and so is one with files of which the lock does not know what
    made them.

    experiment: its name, or None for the one that params.yaml chooses. Checked are bytes against both locks, files that
    nothing owns, the invariants within and between artifacts, and that Snakemake has nothing to do. A file whose bytes
    are not the locked ones has that one fault: what is in it is not judged. Raises ParamsError, DvcError.
    """
    root = Path(".")
    name, settings = load(root / "params.yaml").select(experiment)
    if not (root / f"results/{name}").is_dir():
        remedy = f"{make('reproduce', name, root)} makes it, `.venv/bin/dvc pull` fetches a recorded one"
        return [Fault(f"results/{name}", f"is not there; {remedy}")]
    with ThreadPoolExecutor(1) as beside:
        waiting = beside.submit(_waiting, name)
        faults = {*check_bytes(name, settings, root)}
        faults |= {*check(name, settings, root, frozenset(file for file, _ in faults))}
        faults |= {*waiting.result()}
    return _grouped(faults, owned_files(name, settings))


def check_bytes(name: str, settings: Experiment, root: Path) -> list[Fault]:
    """Where a file of the experiment, provenance.lock.json or the experiment's part of dvc.lock is not as recorded.

    Every file that the recipe asks for, and no other, must be there and in the lock, with the locked sha256; dvc.lock
    must be what DVC would write now, to the byte.
    """
    hashes, owned = Hashes(root), owned_files(name, settings)
    faults = {Fault(file, "no such file") for file in owned if hashes[file] is None}
    unowned = f"{_UNOWNED}; {make('tidy', name, root)} removes what is"
    faults |= {Fault(file, unowned) for file in _orphans(name, settings, root)}
    try:
        faults |= {*_not_as_locked(name, read_lock(root / LOCK), owned, hashes)}
    except ProvenanceError as error:
        faults.add(Fault(LOCK, str(error).removeprefix(f"{root / LOCK}: ")))
    faults |= {*DvcRecord(name, root, hashes).faults({file for file, _ in faults})}
    return sorted(faults)


def _grouped(faults: set[Fault], owned: set[str]) -> list[Fault]:
    """The faults, sorted, with one for all files of a folder that have one fact in common."""
    used = {folder for file in owned for folder in PurePath(file).parents}
    places: dict[Fault, list[str]] = {}
    for file, reason in sorted(faults):
        place, parents = file, PurePath(file).parents
        if reason.startswith(_UNOWNED):
            place = next((folder.as_posix() for folder in reversed(parents) if folder not in used), file)
        elif reason == _UNRECORDED:
            place = parents[0].as_posix()
        places.setdefault(Fault(place, reason), []).append(file)
    return sorted(
        Fault(place, f"{counted(len(files), 'file')} {reason}") if files != [place] else Fault(place, reason)
        for (place, reason), files in places.items()
    )


def orphans(experiment: str | None, root: Path = Path(".")) -> list[str]:
    """The files below results/<name> and figures/<name> that no job of the experiment makes any more, sorted."""
    name, settings = load(root / "params.yaml").select(experiment)
    return _orphans(name, settings, root)


def tidy(experiment: str | None, root: Path = Path(".")) -> list[str]:
    """Delete the orphans and the folders that this empties; gives the files. Not while a run is at work there."""
    gone = orphans(experiment, root)
    for file in gone:
        (root / file).unlink()
        for folder in list((root / file).relative_to(root).parents)[:-2]:
            if not any((root / folder).iterdir()):
                (root / folder).rmdir()
    return gone


def _orphans(name: str, settings: Experiment, root: Path) -> list[str]:
    owned = owned_files(name, settings)
    return sorted(
        file
        for folder in (f"results/{name}", f"figures/{name}")
        for file in files_below(root, folder)
        if file not in owned
    )


def _waiting(name: str) -> list[Fault]:
    """The jobs that Snakemake would run for a reason of their own."""
    place = f"results/{name}"
    try:
        jobs = waiting_jobs(name)
    except SculptError as error:
        return [Fault(place, f"cannot tell what there is to do: {' '.join(str(error).split())}")]
    return [
        Fault(place, f"would run: {message}: {reason}")
        for message, reason in jobs
        if not all(part.startswith(_DEPENDENT) for part in reason.split("; "))
    ]


def _not_as_locked(name: str, lock: dict[str, Any], owned: set[str], hashes: Hashes) -> Iterator[Fault]:
    run = make("reproduce", name, hashes.root)
    if name not in lock["experiments"]:
        yield Fault(LOCK, f"does not record {name}; {run} does")
        return
    jobs = lock["experiments"][name]["jobs"]
    locked = {file: sha256 for job in jobs for file, sha256 in job["outputs"].items()}
    for file in owned:
        found = hashes[file]
        if found and file not in locked:
            yield Fault(file, _UNRECORDED)
        elif found and found.sha256 != locked[file]:
            differing = f"sha256 {found.sha256[:12]}, locked {locked[file][:12]}"
            # Not just `dvc checkout`: with its old time, DVC takes the file for unchanged and leaves it.
            yield Fault(file, f"is not what its job made ({differing}); delete it, then {_bring_back(file, run)}")
    for job in jobs:
        changed = [file for file, sha256 in job["inputs"].items() if sha256 and locked.get(file, sha256) != sha256]
        for file in owned & job["outputs"].keys():
            yield from (Fault(file, f"was made from another {before}") for before in changed)


def _bring_back(file: str, run: str) -> str:
    return f"`git restore {file}`" if file.startswith("figures/") else f"`.venv/bin/dvc checkout {file}` or {run}"
