"""provenance.lock.json: which code, settings and inputs made each artifact, told so that a clone can check it.

Snakemake's records say it for the folder in which they were written, and git and DVC carry neither them nor file
times. The lock is those records, sorted, without times and places, with the hash of every file; a clone makes records
of it again.
"""

import hashlib
import json
import os
import sys
from ast import literal_eval
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sculpt.errors import SculptError
from sculpt.params import load
from sculpt.workflow import records
from sculpt.workflow.fingerprint import fingerprint
from sculpt.workflow.jobs import canonical
from sculpt.workflow.ownership import Job, all_jobs
from sculpt.workflow.sources import NOTHING, known_sources, merged

LOCK = "provenance.lock.json"

Entry = dict[str, Any]


class ProvenanceError(SculptError):
    """The lock cannot be used or written; the message names it."""


@dataclass
class Imported:
    """What became of the lock's jobs, each named by one of its outputs; one that keeps its own records is not here.

    taken: have a record now. absent: none of their files is here. left_out: have none, since a file that they made or
    were made from is not what the lock says. faults: those files, and what is wrong with each.
    """

    taken: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)


def export(experiment: str | None, root: Path = Path(".")) -> None:
    """Write what made an experiment's finished jobs into the lock below `root`; other experiments stay as they are.

    experiment: its name, or None for the one that params.yaml chooses. A job's hashes are taken when it is first
    exported. A file that changes later without its job keeps the hash of what the job made, so that the damage shows.
    Where no job has finished, the lock stays as it is. Raises ProvenanceError, ParamsError.
    """
    name, settings = load(root / "params.yaml").select(experiment)
    path = root / LOCK
    lock = read_lock(path) if path.exists() else {"record_format": records.FORMAT, "experiments": {}}
    jobs = all_jobs(name, settings)
    with records.faults_as(ProvenanceError):
        entries = sorted(_finished(root, jobs), key=lambda entry: min(entry["outputs"]))
    if not entries:
        return
    machines = {canonical(entry["fingerprint"]): entry["fingerprint"] for entry in entries}
    most, _ = Counter(sorted(canonical(entry["fingerprint"]) for entry in entries)).most_common(1)[0]
    for entry in entries:
        if entry["fingerprint"] == machines[most]:
            del entry["fingerprint"]
    lock["experiments"][name] = {"fingerprint": machines[most], "jobs": entries}
    lock["sources"] = merged(known_sources(jobs), lock.get("sources", NOTHING), _identities(lock))
    temporary = path.with_name(f".{LOCK}.{os.getpid()}")
    with records.faults_as(ProvenanceError):
        temporary.write_text(seal(lock))
        temporary.replace(path)


def doubt_altered(experiment: str | None, root: Path = Path(".")) -> list[str]:
    """Mark every file that is no longer what its job made, so that Snakemake makes it again; gives these files."""
    name, settings = load(root / "params.yaml").select(experiment)
    files = [output for job in all_jobs(name, settings) for output in job.outputs]
    with records.faults_as(ProvenanceError), ThreadPoolExecutor() as threads:
        found = zip(files, threads.map(lambda file: records.sha256(root / file), files), strict=True)
        return [file for file, digest in found if digest and records.doubt_if_altered(root, file, digest)]


def import_(root: Path = Path("."), *, replace: bool = False) -> Imported:
    """Give each job of the lock below `root` its record, where every output and input is here with its locked hash.

    A job that has its records keeps them, unless they are to be replaced. Files of other bytes that have no record are
    marked, so that Snakemake makes them again and does not trust their times. Raises ProvenanceError.
    """
    lock = read_lock(root / LOCK)
    digests, imported = records.Digests(root), Imported()
    with records.faults_as(ProvenanceError):
        for experiment in lock["experiments"].values():
            for entry in experiment["jobs"]:
                recorded = all(records.read(root, output) for output in entry["outputs"])
                if replace or not recorded:
                    _import_job({"fingerprint": experiment["fingerprint"], **entry}, recorded, digests, imported)
    return imported


def bring_records() -> None:
    """Take up the lock's records where this folder has none, as after a clone, and name the files that differ."""
    if not Path(LOCK).exists():
        return
    for file, reason in import_().faults.items():
        if Path(file).exists():
            print(f"{file}: {reason}; its job runs again", file=sys.stderr)


def read_lock(path: Path) -> dict[str, Any]:
    """The lock, checked: readable, as it was written, and of the record format of the installed Snakemake.

    Raises ProvenanceError.
    """
    try:
        lock = unseal(path.read_bytes())
    except FileNotFoundError:
        raise ProvenanceError(f"{path}: no such file; `sculpt provenance export` writes it") from None
    except ValueError as error:
        remedy = f"restore it (git restore {LOCK}), or delete it and export anew"
        raise ProvenanceError(f"{path}: {error}; {remedy}") from None
    if lock["record_format"] != records.FORMAT:
        raise ProvenanceError(
            f"{path}: written for Snakemake's record format {lock['record_format']}, the installed Snakemake has "
            f"{records.FORMAT}; install the version of requirements.lock, or delete the file and export anew"
        )
    return lock


def seal(content: dict[str, Any]) -> str:
    """`content` as JSON for people and git, with a digest of the rest, which `unseal` checks."""
    content = {key: value for key, value in content.items() if key != "digest"}
    digest = hashlib.sha256(canonical(content).encode()).hexdigest()
    return json.dumps({"digest": digest, **content}, indent=1, sort_keys=True, allow_nan=False) + "\n"


def unseal(text: bytes) -> dict[str, Any]:
    """What `seal` wrote. Raises ValueError with a few words on what is wrong where it is not that to the byte."""
    try:
        content = json.loads(text)
    except ValueError as error:
        raise ValueError(f"not JSON ({error})") from None
    if not isinstance(content, dict) or seal(content).encode() != text:
        raise ValueError("edited since it was written: its digest does not match")
    return content


def _identities(lock: dict[str, Any]) -> set[str]:
    """The source identities that the lock's jobs ran with."""
    params = (text for found in lock["experiments"].values() for entry in found["jobs"] for text in entry["params"])
    return {literal_eval(text) for text in params if not text.startswith("'{")}


def _finished(root: Path, jobs: list[Job]) -> list[Entry]:
    """An entry, with its fingerprint, for every job whose outputs are all here and have records."""
    digests, entries = records.Digests(root), []
    for job in jobs:
        found = {output: records.read(root, output) for output in job.outputs if (root / output).is_file()}
        if len(found) < len(job.outputs) or not all(found.values()):
            continue
        record = found[job.outputs[0]]
        listed = Counter(record["input"])
        made = {output: _made(root, output, found[output], digests) for output in job.outputs}
        entry = {
            **{key: record[key] for key in records.KEPT},
            "inputs": {file: _bare(record["input_checksums"].get(file)) for file in listed},
            "outputs": {output: note["sha256"] for output, note in made.items()},
            "fingerprint": made[job.outputs[0]]["fingerprint"],
        }
        if repeated := [file for file, times in sorted(listed.items()) for _ in range(times - 1)]:
            entry["repeated"] = repeated
        entries.append(entry)
    return entries


def _made(root: Path, output: str, record: records.Record, digests: records.Digests) -> Entry:
    """The hash of what the job made, and where it did: as noted at the first export after the job, which may be now."""
    if "made" not in record:
        record["made"] = {"sha256": digests[output], "fingerprint": fingerprint()}
        records.write(root, output, record)
    return record["made"]


def _bare(checksum: str | None) -> str | None:
    return checksum.removeprefix("sha256:") if checksum else None


def _import_job(entry: Entry, recorded: bool, digests: records.Digests, imported: Imported) -> None:
    outputs, root = list(entry["outputs"]), digests.root
    here = [output for output in outputs if digests[output]]
    if not here:
        imported.absent.append(outputs[0])
    elif faults := _faults(entry, digests):
        imported.left_out.append(outputs[0])
        imported.faults |= faults
        for output in [] if recorded else here:
            records.doubt(root, output)
    else:
        inputs = [*entry["inputs"], *entry.get("repeated", [])]
        records.restore(root, entry["outputs"], inputs, entry["inputs"], entry, entry["fingerprint"])
        imported.taken.append(outputs[0])


def _faults(entry: Entry, digests: records.Digests) -> dict[str, str]:
    """The files of a job that are not what the lock says, and why."""
    faults = {}
    for file, locked in {**entry["outputs"], **entry["inputs"]}.items():
        if locked is None:
            faults[file] = "was not hashed when it was used: it is larger than Snakemake's max-checksum-file-size"
        elif digests[file] is None:
            faults[file] = "no such file"
        elif digests[file] != locked:
            faults[file] = f"not the bytes that {LOCK} names"
    return faults
