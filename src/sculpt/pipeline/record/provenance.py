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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sculpt.core.errors import SculptError, faults_as
from sculpt.params.load import load
from sculpt.pipeline.dag.jobs import Job, all_jobs
from sculpt.pipeline.dag.settings import canonical
from sculpt.pipeline.identity.history import NOTHING, known_sources, merged
from sculpt.pipeline.record import records
from sculpt.pipeline.record.fingerprint import take_note

LOCK = "provenance.lock.json"

Entry = dict[str, Any]


class ProvenanceError(SculptError):
    """The lock cannot be used or written; the message names it."""


@dataclass
class Imported:
    """What became of the lock's jobs, each named by one of its outputs; one that keeps its own records is not here.

    taken: have a record now. absent: none of their files is here. left_out: have none, since a file that they made or
    were made from is not what the lock says. faults: those files, and what is wrong with each. altered: the outputs
    among them that are here.
    """

    taken: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    altered: list[str] = field(default_factory=list)


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
    with faults_as(ProvenanceError):
        entries = _finished(root, jobs)
        if not entries:
            return
        entries += _not_here(root, jobs, entries, lock["experiments"].get(name))
    entries.sort(key=lambda entry: min(entry["outputs"]))
    machines = {canonical(entry["fingerprint"]): entry["fingerprint"] for entry in entries}
    most, _ = Counter(sorted(canonical(entry["fingerprint"]) for entry in entries)).most_common(1)[0]
    for entry in entries:
        if entry["fingerprint"] == machines[most]:
            del entry["fingerprint"]
    lock["experiments"][name] = {"fingerprint": machines[most], "jobs": entries}
    lock["sources"] = merged(known_sources(jobs), lock.get("sources", NOTHING), _identities(lock))
    temporary = path.with_name(f".{LOCK}.{os.getpid()}")
    with faults_as(ProvenanceError):
        temporary.write_text(seal(lock))
        temporary.replace(path)


def bring_records(experiment: str | None, root: Path = Path(".")) -> list[str]:
    """Settle what is known of an experiment's files before Snakemake looks at them; to be called before it starts.

    Records are taken up from the lock, as after a clone or a pull (`import_`), and files that are not what their jobs
    made are marked, so that their jobs run again. Gives these files, and tells them, but for those that are as locked:
    git has put them back with their lock. Raises ProvenanceError.
    """
    name, settings = load(root / "params.yaml").select(experiment)
    files = [output for job in all_jobs(name, settings) for output in job.outputs]
    digests = records.Digests(root)
    with faults_as(ProvenanceError):
        digests.hash(files)
        altered = import_(root, digests=digests).altered if (root / LOCK).exists() else []
        locked = _locked(name, root)
        for file in files:
            if digests[file] and records.doubt_if_altered(root, file, digests[file], locked.get(file)):
                altered.append(file)
    for file in dict.fromkeys(altered):
        print(f"{file}: not what its job made; its job runs again", file=sys.stderr)
    return list(dict.fromkeys(altered))


def import_(root: Path = Path("."), *, replace: bool = False, digests: records.Digests | None = None) -> Imported:
    """Give each job of the lock below `root` its record, where every output and input is here with its locked hash.

    A job keeps the records that it has, unless they are to be replaced, or tell of other bytes or settings than those
    of now, as they do after a pull. Files of other bytes that have no record are marked, so that Snakemake makes them
    again and does not trust their times. digests: of files that have been read already. Raises ProvenanceError.
    """
    lock, params = read_lock(root / LOCK), load(root / "params.yaml")
    digests, imported = digests or records.Digests(root), Imported()
    with faults_as(ProvenanceError):
        for name, experiment in lock["experiments"].items():
            jobs = all_jobs(name, params.experiments[name]) if name in params.experiments else []
            current = {min(job.outputs): sorted([repr(job.config), repr(job.source)]) for job in jobs}
            for entry in experiment["jobs"]:
                found = {output: records.read(root, output) for output in entry["outputs"]}
                stand = _stand(found, entry, current.get(min(found)), digests)
                if replace or not stand:
                    whole = {"fingerprint": experiment["fingerprint"], **entry}
                    _import_job(whole, digests, imported)
    return imported


def _locked(name: str, root: Path) -> dict[str, str]:
    """The lock's sha256 of each file of an experiment."""
    experiments = read_lock(root / LOCK)["experiments"] if (root / LOCK).exists() else {}
    jobs = experiments[name]["jobs"] if name in experiments else []
    return {file: sha256 for job in jobs for file, sha256 in job["outputs"].items()}


def _stand(found: dict[str, Any], entry: Entry, current: list[str] | None, digests: records.Digests) -> bool:
    """Whether a job's own records are to be kept: they tell of the bytes that are here, and no worse of the settings.

    current: the parameters of the job as params.yaml and the code have it now, None where they have no such job.
    """
    for output, record in found.items():
        if record is None or ("made" in record and record["made"]["sha256"] != digests[output]):
            return False
        if record["params"] != entry["params"] and record["params"] != current and entry["params"] == current:
            return False
    return True


def read_lock(path: Path) -> dict[str, Any]:
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
        made = _made(root, found, digests)
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


def _not_here(root: Path, jobs: list[Job], finished: list[Entry], before: Entry | None) -> list[Entry]:
    """The lock's entries of jobs that have no record here, and whose files are not here or are as locked.

    A run that has made or fetched a part of an experiment thereby keeps what is known of the rest.
    """
    if before is None:
        return []
    digests, done = records.Digests(root), {min(entry["outputs"]) for entry in finished}
    wanted = {min(job.outputs) for job in jobs} - done
    return [
        {"fingerprint": before["fingerprint"], **entry}
        for entry in before["jobs"]
        if min(entry["outputs"]) in wanted
        and all(digests[file] in (None, locked) for file, locked in entry["outputs"].items())
    ]


def _made(root: Path, found: dict[str, records.Record], digests: records.Digests) -> dict[str, Entry]:
    """The hash of each output as its job made it, and where it did: as noted at the first export after the job.

    That may be now.
    """
    fresh = {output: record for output, record in found.items() if "made" not in record}
    machine = take_note(root / log for record in fresh.values() for log in record["log"]) if fresh else None
    for output, record in fresh.items():
        record["made"] = {"sha256": digests[output], "fingerprint": machine}
        records.write(root, output, record)
    return {output: record["made"] for output, record in found.items()}


def _bare(checksum: str | None) -> str | None:
    return checksum.removeprefix("sha256:") if checksum else None


def _import_job(entry: Entry, digests: records.Digests, imported: Imported) -> None:
    outputs, root = list(entry["outputs"]), digests.root
    here = [output for output in outputs if digests[output]]
    if not here:
        imported.absent.append(outputs[0])
    elif faults := _faults(entry, digests):
        imported.left_out.append(outputs[0])
        imported.faults |= faults
        for output in (output for output in here if not records.known(root, output)):
            altered = digests[output] != entry["outputs"][output]
            if records.doubt(root, output, altered=altered) and altered:
                imported.altered.append(output)
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
