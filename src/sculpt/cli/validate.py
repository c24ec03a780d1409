"""`sculpt validate`: whether an experiment's artifacts are what its code, its settings and its locks say."""

import json
import sys
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path, PurePath

from sculpt.cli.against import against
from sculpt.cli.examination.examine import examine
from sculpt.core.errors import Fault, SculptError
from sculpt.params.load import load
from sculpt.pipeline.check.locked import UNOWNED, UNRECORDED, check_bytes
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.plan.waiting import waiting_jobs
from sculpt.pipeline.record import records
from sculpt.pipeline.record.lock import LOCK
from sculpt.pipeline.record.lock_import import import_
from sculpt.pipeline.run.commands import make
from sculpt.pipeline.run.console import counted

_DEPENDENT = "made from what runs before it"


def run(given: Namespace) -> None:
    if given.against:
        against(given)
    with suppress(SculptError):  # what is wrong with the lock or the folder is among the faults
        if Path(LOCK).exists():
            import_()
    faults, files, name = held(given.experiment)
    if given.json:
        print(json.dumps([fault._asdict() for fault in faults], indent=1))
    else:
        print(*(f"{fault.file}: {fault.reason}" for fault in faults), sep="\n", end="\n" if faults else "")
        found = counted(len(faults), "fault") if faults else "no fault"
        print(f"{counted(files, 'file')} of {name}: {found}")
    sys.exit(bool(faults))


def validate(experiment: str | None) -> list[Fault]:
    """Every fault of an experiment in the current folder, sorted; an empty list where all is well.

    A folder of which no node owns any file is one fault, and so is one with files of which the lock does not know what
    made them.

    experiment: its name, or None for the one that params.yaml chooses. Checked are bytes against both locks, files that
    nothing owns, the invariants within and between artifacts, and that Snakemake has nothing to do. A file whose bytes
    are not the locked ones has that one fault: what is in it is not judged. Reads, and changes nothing. Raises
    ParamsError, DvcError.
    """
    return held(experiment)[0]


def held(experiment: str | None) -> tuple[list[Fault], int, str]:
    """The faults (`validate`), how many files of the experiment are here and were held to them, and its name."""
    root = Path(".")
    name, settings = load(root / "params.yaml").select(experiment)
    if not (root / f"results/{name}").is_dir():
        remedy = f"{make('reproduce', name, root)} makes it, `.venv/bin/dvc pull` fetches a recorded one"
        return [Fault(f"results/{name}", f"is not there; {remedy}")], 0, name
    jobs = all_jobs(name, settings)
    owned = {file for job in jobs for file in job.outputs}
    with ThreadPoolExecutor(1) as beside:
        waiting = beside.submit(_waiting, name)
        faults = {*check_bytes(name, owned, root)}
        stale = _made_with_other_settings(jobs, root)
        inside = examine(jobs, root, frozenset(file for file, _ in faults))
        faults |= {fault for fault in inside if fault.file not in stale}
        faults |= {*waiting.result()}
    return _grouped(faults, owned), sum((root / file).is_file() for file in owned), name


def _grouped(faults: set[Fault], owned: set[str]) -> list[Fault]:
    """The faults, sorted, with one for all files of a folder that have one fact in common."""
    used = {folder for file in owned for folder in PurePath(file).parents}
    places: dict[Fault, list[str]] = {}
    for file, reason in sorted(faults):
        place, parents = file, PurePath(file).parents
        if reason.startswith(UNOWNED):
            place = next((folder.as_posix() for folder in reversed(parents) if folder not in used), file)
        elif reason == UNRECORDED:
            place = parents[0].as_posix()
        places.setdefault(Fault(place, reason), []).append(file)
    return sorted(
        Fault(place, f"{counted(len(files), 'file')} {reason}") if files != [place] else Fault(place, reason)
        for (place, reason), files in places.items()
    )


def _made_with_other_settings(jobs: list[Job], root: Path) -> set[str]:
    """Files that fit the settings of their run, not those of now: that their jobs would run is the one fault."""
    found = set()
    for job in jobs:
        made = {output: records.read(root, output) for output in job.outputs}
        found |= {output for output, record in made.items() if record and repr(job.config) not in record["params"]}
    return found


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
