"""From Snakemake's records of finished jobs to the lock."""

import os
from ast import literal_eval
from collections import Counter
from pathlib import Path

from sculpt.core.errors import faults_as
from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.dag.job import Job, canonical
from sculpt.pipeline.identity.history import NOTHING, known_sources, merged
from sculpt.pipeline.record import records
from sculpt.pipeline.record.fingerprint import hardware, take_note
from sculpt.pipeline.record.lock import LOCK, Entry, Lock, ProvenanceError, entries_of, read_lock
from sculpt.pipeline.record.seal import seal

SAME = ("params", "inputs", "outputs")
"""Equal in an entry and in the lock's: the job made the recorded bytes from the recorded ones."""


def export(experiment: str | None, root: Path = Path(".")) -> int:
    """Write what made an experiment's finished jobs into the lock below `root`; other experiments stay as they are.

    experiment: its name, or None for the one that params.yaml chooses. A job's hashes are taken when it is first
    exported. A file that changes later without its job keeps the hash of what the job made, so that the damage shows.
    Where no job has finished, the lock stays as it is. A job that gave the recorded bytes keeps the recorded
    fingerprint; returns how many of those that ran since the last export did so on other hardware. Raises
    ProvenanceError, ParamsError.
    """
    name, settings = load(root / "params.yaml").select(experiment)
    return write_lock(name, all_jobs(name, settings), root)


def write_lock(name: str, jobs: list[Job], root: Path) -> int:
    """The same for the jobs of the experiment called `name`."""
    path = root / LOCK
    lock = read_lock(path) if path.exists() else {"record_format": records.FORMAT, "experiments": {}}
    before = entries_of(lock, name)
    with faults_as(ProvenanceError):
        ran, entries = _finished(root, jobs)
        if not entries:
            return 0
        elsewhere = _keep_fingerprints(entries, before, ran)
        entries += _not_here(root, jobs, entries, before)
    lock["experiments"][name] = _together(entries)
    lock["sources"] = merged(known_sources(jobs), lock.get("sources", NOTHING), identities_of(lock))
    with faults_as(ProvenanceError):
        write(path, lock)
    return elsewhere


def write(path: Path, lock: Lock) -> None:
    """Write a lock whole or not at all; one that says the same stays, with its time."""
    text = seal(lock)
    if path.exists() and path.read_text() == text:
        return
    temporary = path.with_name(f".{LOCK}.{os.getpid()}")
    temporary.write_text(text)
    temporary.replace(path)


def _keep_fingerprints(entries: list[Entry], before: list[Entry], ran: set[str]) -> int:
    """Give each job that made the recorded bytes the recorded fingerprint.

    ran: the jobs that have no export behind them, each by its first output. Returns how many of them ran on other
    hardware than the recorded one.
    """
    locked = {min(entry["outputs"]): entry for entry in before}
    elsewhere = 0
    for entry in entries:
        first = min(entry["outputs"])
        known = locked.get(first)
        if known is not None and all(known[field] == entry[field] for field in SAME):
            elsewhere += first in ran and hardware(known["fingerprint"]) != hardware(entry["fingerprint"])
            entry["fingerprint"] = known["fingerprint"]
    return elsewhere


def _together(entries: list[Entry]) -> Entry:
    """The lock's section of an experiment: its entries, sorted, with the most common fingerprint said once."""
    entries.sort(key=lambda entry: min(entry["outputs"]))
    machines = {canonical(entry["fingerprint"]): entry["fingerprint"] for entry in entries}
    most, _ = Counter(sorted(canonical(entry["fingerprint"]) for entry in entries)).most_common(1)[0]
    jobs = [
        {key: value for key, value in entry.items() if key != "fingerprint" or value != machines[most]}
        for entry in entries
    ]
    return {"fingerprint": machines[most], "jobs": jobs}


def identities_of(lock: Lock) -> set[str]:
    """The source identities that the lock's jobs ran with."""
    params = (text for found in lock["experiments"].values() for entry in found["jobs"] for text in entry["params"])
    return {literal_eval(text) for text in params if not text.startswith("'{")}


def _finished(root: Path, jobs: list[Job]) -> tuple[set[str], list[Entry]]:
    """An entry, with its fingerprint, for every job whose outputs are all here and have records.

    Also the first outputs of the jobs that ran since the last export.
    """
    digests, entries, ran = records.Digests(root), [], set()
    for job in jobs:
        found = {output: records.read(root, output) for output in job.outputs if (root / output).is_file()}
        if len(found) < len(job.outputs) or not all(found.values()):
            continue
        if any("made" not in record for record in found.values()):
            ran.add(min(job.outputs))
        record = found[job.outputs[0]]
        listed = Counter(record["input"])
        made = _made(root, job, found, digests)
        entry = {
            **{key: record[key] for key in records.KEPT},
            "inputs": {file: _bare(record["input_checksums"].get(file)) for file in listed},
            "outputs": {output: note["sha256"] for output, note in made.items()},
            "fingerprint": made[job.outputs[0]]["fingerprint"],
        }
        if repeated := [file for file, times in sorted(listed.items()) for _ in range(times - 1)]:
            entry["repeated"] = repeated
        entries.append(entry)
    return ran, entries


def _not_here(root: Path, jobs: list[Job], finished: list[Entry], before: list[Entry]) -> list[Entry]:
    """The lock's entries of jobs that have no record here, and whose files are not here or are as locked.

    A run that has made or fetched a part of an experiment thereby keeps what is known of the rest.
    """
    digests, done = records.Digests(root), {min(entry["outputs"]) for entry in finished}
    wanted = {min(job.outputs) for job in jobs} - done
    return [
        entry
        for entry in before
        if min(entry["outputs"]) in wanted
        and all(digests[file] in (None, locked) for file, locked in entry["outputs"].items())
    ]


def _made(root: Path, job: Job, found: dict[str, records.Record], digests: records.Digests) -> dict[str, Entry]:
    """The hash of each output as its job made it, and on what: as noted at the first export after the job.

    That may be now.
    """
    fresh = {output: record for output, record in found.items() if "made" not in record}
    machine = take_note(job, root) if fresh else None
    for output, record in fresh.items():
        record["made"] = {"sha256": digests[output], "fingerprint": machine}
        records.write(root, output, record)
    return {output: record["made"] for output, record in found.items()}


def _bare(checksum: str | None) -> str | None:
    return checksum.removeprefix("sha256:") if checksum else None
