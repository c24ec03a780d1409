"""From the lock to records of Snakemake's, after a clone or a pull; and what is known of files before a run."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sculpt.core.errors import faults_as
from sculpt.params.load import Params, load
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.record import records
from sculpt.pipeline.record.lock import LOCK, Entry, Lock, ProvenanceError, entries_of, locked_files, read_lock
from sculpt.pipeline.record.store_key import params_of


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


def bring_records(experiment: str | None, root: Path = Path(".")) -> list[str]:
    """Settle what is known of an experiment's files before Snakemake looks at them; to be called before it starts.

    Records are taken up from the lock, as after a clone or a pull (`import_`), and files that are not what their jobs
    made are marked, so that their jobs run again. Returns these files, and prints them, but for those that are as
    locked: git has put them back with their lock. Raises ProvenanceError.
    """
    params = load(root / "params.yaml")
    name, _ = params.select(experiment)
    digests = records.Digests(root)
    with faults_as(ProvenanceError):
        lock = read_lock(root / LOCK) if (root / LOCK).exists() else {"experiments": {}}
        jobs = _jobs(params, {name, *lock["experiments"]})
        files = [output for job in jobs[name] for output in job.outputs]
        digests.hash(files)
        altered = _import_jobs(lock, jobs, digests).altered
        locked = locked_files(lock, name)
        for file in files:
            if digests[file] and records.doubt_if_altered(root, file, digests[file], locked.get(file)):
                altered.append(file)
    for file in dict.fromkeys(altered):
        print(f"{file}: not what its job made; its job runs again", file=sys.stderr)
    return list(dict.fromkeys(altered))


def import_(root: Path = Path("."), *, replace: bool = False) -> Imported:
    """Give each job of the lock below `root` its record, where every output and input is here with its locked hash.

    A job keeps the records that it has, unless they are to be replaced, or tell of other bytes or settings than those
    of now, as they do after a pull. Files of other bytes that have no record are marked, so that Snakemake makes them
    again and does not trust their times. Raises ProvenanceError.
    """
    lock = read_lock(root / LOCK)
    jobs = _jobs(load(root / "params.yaml"), set(lock["experiments"]))
    with faults_as(ProvenanceError):
        return _import_jobs(lock, jobs, records.Digests(root), replace)


def _jobs(params: Params, names: set[str]) -> dict[str, list[Job]]:
    """The jobs of each of these experiments that params.yaml still has, and whose images are here."""
    return {name: all_jobs(name, experiment) for name, experiment in params.here(names).items()}


def _import_jobs(lock: Lock, jobs: dict[str, list[Job]], digests: records.Digests, replace: bool = False) -> Imported:
    imported = Imported()
    for name in lock["experiments"]:
        current = {min(job.outputs): params_of(job) for job in jobs.get(name, [])}
        for entry in entries_of(lock, name):
            found = {output: records.read(digests.root, output) for output in entry["outputs"]}
            if replace or not _stand(found, entry, current.get(min(found)), digests):
                _import_job(entry, digests, imported)
    return imported


def _stand(found: dict[str, Any], entry: Entry, current: list[str] | None, digests: records.Digests) -> bool:
    """Whether a job's own records are to be kept: they tell of the bytes that are here, and no worse of all else.

    current: the parameters of the job as params.yaml and the code have it now, None where they have no such job.
    """
    made_from = {file: f"sha256:{sha256}" for file, sha256 in entry["inputs"].items()}
    fits = all(digests[file] == sha256 for file, sha256 in entry["inputs"].items())
    for output, record in found.items():
        if record is None or ("made" in record and record["made"]["sha256"] != digests[output]):
            return False
        if record["params"] != entry["params"] and record["params"] != current and entry["params"] == current:
            return False
        if record["input_checksums"] != made_from and fits:
            return False
    return True


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
