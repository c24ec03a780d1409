"""Finished nodes shared between checkouts: each is held once, and found by everything that decides its bytes.

    objects/<sha256>        a file's bytes
    entries/<key>.json      what a job gives: its files' hashes, and its record without the place

`store_key` says what decides the bytes, and `store_place` where the files lie.
"""

import io
import re
import uuid
from collections.abc import Container
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sculpt.core.errors import faults_as
from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.record import records
from sculpt.pipeline.record.fingerprint import Fingerprint, expected
from sculpt.pipeline.record.seal import seal, unseal
from sculpt.pipeline.record.store_key import altered_outputs, is_current, job_key, params_of
from sculpt.pipeline.record.store_place import StoreError, StorePlace
from sculpt.pipeline.run.console import counted

OWN = ("summarise", "judge", "plot")
"""Programs whose files name their experiment; they are quick."""
ANYWHERE = "<experiment>"
"""Stands in an entry for the experiment's name."""

Entry = dict[str, Any]


@dataclass
class Withdrawn:
    """Labels of the jobs taken, and the files of the store that could not be used, with what is wrong."""

    taken: list[str] = field(default_factory=list)
    damaged: dict[str, str] = field(default_factory=dict)


def withdraw(experiment: str | None, store: StorePlace, root: Path = Path(".")) -> Withdrawn:
    """Take every job that would run and is in the store, so that only the rest runs; to be called before a run.

    experiment: its name, or None for the one that params.yaml chooses. A job is looked up with the settings and the
    code of now, once all that it is made from is here and up to date. What lies in its place is replaced. Raises
    StoreError, ParamsError.
    """
    name, settings = load(root / "params.yaml").select(experiment)
    digests, done = records.Digests(root), Withdrawn()
    current: set[str] = set()
    with faults_as(StoreError):
        for job in _shared(all_jobs(name, settings)):
            if not current.issuperset(job.input_files):
                continue
            if not is_current(job, root, digests):
                entry = _find(store, job_key(job, digests, expected(job)), job, done)
                if entry is None or not _take(store, entry, job, root, done):
                    continue
                digests.forget(job.outputs)
                _record(entry, name, job, root, digests)
                done.taken.append(job.label)
            current.update(job.outputs)
    return done


def deposit(
    experiment: str | None, store: StorePlace, root: Path = Path("."), damaged: Container[str] = ()
) -> dict[str, str]:
    """Put every job of the experiment that is finished and up to date into the store; to be called after a run.

    experiment: its name, or None for the one that params.yaml chooses. damaged: files of the store that `withdraw`
    found to be so; they are written again. Returns the files that were not put there, with the reason: other bytes than
    those that the job made, here or in an earlier deposit. Raises ParamsError, and StoreError, which counts the jobs
    that the store has not got, where it does not take one.
    """
    name, settings = load(root / "params.yaml").select(experiment)
    digests, refused, finished = records.Digests(root), {}, []
    with faults_as(StoreError):
        for job in _shared(all_jobs(name, settings)):
            if is_current(job, root, digests):
                finished.append(job)
            else:
                refused |= {file: "not the bytes that its job made" for file in altered_outputs(job, root, digests)}
        for at, job in enumerate(finished):
            try:
                refused |= _put(store, job, name, root, digests, damaged)
            except StoreError as error:
                lacking = _lacking(store, finished[at:], root, digests)
                raise StoreError(
                    f"{counted(lacking, 'job')} not put into the store: {str(error).removeprefix('store: ')}"
                ) from None
    return refused


def _lacking(store: StorePlace, jobs: list[Job], root: Path, digests: records.Digests) -> int:
    """How many of these jobs the store has no entry of; all of them, where it cannot be read any more."""
    try:
        return sum(store.read(_entry_file(job_key(job, digests, _made_on(job, root)))) is None for job in jobs)
    except StoreError:
        return len(jobs)


def _shared(jobs: list[Job]) -> list[Job]:
    """The jobs that a store is for; not one whose own images are not here, since nobody can tell which they were."""
    return [job for job in jobs if job.program not in OWN and (job.images is None or Path(job.images).is_dir())]


def _put(
    store: StorePlace, job: Job, name: str, root: Path, digests: records.Digests, damaged: Container[str]
) -> dict[str, str]:
    made_on = _made_on(job, root)
    kept = {key: value for key, value in records.read(root, job.outputs[0]).items() if key in records.KEPT}
    entry = {
        "files": {Path(output).name: digests[output] for output in job.outputs},
        "record": {**kept, "code": _elsewhere(kept["code"], name, ANYWHERE)},
        "fingerprint": made_on,
    }
    file = _entry_file(job_key(job, digests, made_on))
    there = _read_entry(store, file)
    known = there is not None and there["record"] == entry["record"]
    if known and there["files"] != entry["files"]:
        reason = f"not the bytes that {store.name(file)} has for the same settings, code, inputs and hardware"
        return {output: reason for output in job.outputs if digests[output] not in there["files"].values()}
    for output in job.outputs:
        held = _object_file(digests[output])
        # An entry is written after its objects, so one that is known has them.
        if store.name(held) in damaged or (not known and store.size(held) != (root / output).stat().st_size):
            with (root / output).open("rb") as content:
                store.put(held, content)
    if not known:
        store.put(file, io.BytesIO(seal(entry).encode()))
    return {}


def _made_on(job: Job, root: Path) -> Fingerprint:
    record = records.read(root, job.outputs[0])
    return record["made"]["fingerprint"] if "made" in record else expected(job)


def _find(store: StorePlace, key: str, job: Job, done: Withdrawn) -> Entry | None:
    entry = _read_entry(store, _entry_file(key))
    if entry is None:
        if store.read(_entry_file(key)) is not None:
            done.damaged[store.name(_entry_file(key))] = "unreadable or edited"
        return None
    # A rule can come to write other files without a change of anything in the key.
    return entry if entry["files"].keys() == {Path(output).name for output in job.outputs} else None


def _read_entry(store: StorePlace, file: str) -> Entry | None:
    content = store.read(file)
    try:
        return None if content is None else unseal(content)
    except ValueError:
        return None


def _take(store: StorePlace, entry: Entry, job: Job, root: Path, done: Withdrawn) -> bool:
    """Bring all files of a job here, or none; a file whose bytes are not what its name says is named."""
    fetched = {output: (root / output).with_name(f".{uuid.uuid4().hex}.tmp") for output in job.outputs}
    bad = []
    try:
        for output, temporary in fetched.items():
            digest = entry["files"][Path(output).name]
            temporary.parent.mkdir(parents=True, exist_ok=True)
            if not store.fetch(_object_file(digest), temporary) or records.sha256(temporary) != digest:
                bad.append(store.name(_object_file(digest)))
        done.damaged |= dict.fromkeys(bad, "missing, or not the bytes that its name says")
        if bad:
            return False
        for output in fetched:
            records.doubt(root, output)  # lest a kill in the next lines leaves old records to new bytes
        for output, temporary in fetched.items():
            temporary.replace(root / output)
        return True
    finally:
        for temporary in fetched.values():
            temporary.unlink(missing_ok=True)


def _entry_file(key: str) -> str:
    return f"entries/{key}.json"


def _object_file(digest: str) -> str:
    return f"objects/{digest}"


def _record(entry: Entry, name: str, job: Job, root: Path, digests: records.Digests) -> None:
    kept = {
        **entry["record"],
        "params": params_of(job),
        "code": _elsewhere(entry["record"]["code"], ANYWHERE, name),
    }
    outputs = {output: entry["files"][Path(output).name] for output in job.outputs}
    checksums = {file: digests[file] for file in job.input_files}
    records.restore(root, outputs, job.input_files, checksums, kept, entry["fingerprint"])


def _elsewhere(code: str, name: str, other: str) -> str:
    """A rule's command, which names its experiment's folders, for another experiment."""
    return re.sub(rf"\bresults/{re.escape(name)}(?![\w-])", f"results/{other}", code)
