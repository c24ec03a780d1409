"""What made a file: by the lock, and by Snakemake's records where that tells of other bytes or of nothing.

Nothing here writes: neither records nor marks are settled, as a run and a plan do first.
"""

import json
from ast import literal_eval
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sculpt.core.errors import SculptError
from sculpt.params.load import Params, load
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.record import records
from sculpt.pipeline.record.fingerprint import Fingerprint
from sculpt.pipeline.record.lock import LOCK, Lock, entries_of, read_lock
from sculpt.pipeline.run.commands import make

SNAKEMAKE = "Snakemake's record, which no lock has yet"


class WhyError(SculptError):
    """There is nothing to tell of a file; the message says what it is, and which files there are."""


@dataclass(frozen=True)
class Made:
    """One execution of a job.

    experiment: its name. settings, source: those that it ran with. inputs, outputs: sha256 of each file then, None
    where nobody hashed it. fingerprint: of the machine, None where it is not recorded. told_by: LOCK or SNAKEMAKE. job:
    as params.yaml and the code have it now, None where they have none that makes these files.
    """

    experiment: str
    rule: str
    settings: dict[str, Any]
    source: str
    inputs: dict[str, str | None]
    outputs: dict[str, str | None]
    fingerprint: Fingerprint | None
    told_by: str
    job: Job | None

    @property
    def title(self) -> str:
        if self.job is not None:
            return self.job.message
        return f"{self.rule}, which made {min(self.outputs)}"


class Makers:
    """What is recorded below a folder, and the jobs of now. Raises ProvenanceError, ParamsError."""

    def __init__(self, root: Path = Path(".")):
        self.root = root
        self.params: Params = load(root / "params.yaml")
        self.lock: Lock = read_lock(root / LOCK) if (root / LOCK).exists() else {"experiments": {}}
        self.digests = records.Digests(root)
        self._jobs: dict[str, dict[str, Job]] = {}

    def jobs(self, experiment: str) -> dict[str, Job]:
        """The jobs of an experiment by each of their outputs, in the order of the recipe.

        None where it is gone, or reads images of one's own that are not here.
        """
        if experiment not in self._jobs:
            found = self.params.here([experiment]).items()
            self._jobs[experiment] = {file: job for each in found for job in all_jobs(*each) for file in job.outputs}
        return self._jobs[experiment]

    @cached_property
    def recorded(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """The experiment and the lock's entry of each recorded file."""
        return {
            file: (name, entry)
            for name in self.lock["experiments"]
            for entry in entries_of(self.lock, name)
            for file in entry["outputs"]
        }

    def made(self, file: str) -> Made | None:
        """What made the bytes of a file that are here, else what the lock says; None where nothing is recorded."""
        locked, known = self._by_lock(file), self._by_snakemake(file)
        here = self.digests[file]
        for found in (locked, known):
            if found is not None and here is not None and found.outputs[file] == here:
                return found
        return locked or known

    def executions(self, files: list[str], asked: str) -> list[tuple[Made, list[str]]]:
        """What made these files, each execution with those that it made. Raises WhyError where none is recorded.

        asked: how a person called the files.
        """
        found: dict[str, tuple[Made, list[str]]] = {}
        for file in files:
            if (made := self.made(file)) is not None:
                found.setdefault(min(made.outputs), (made, []))[1].append(file)
        if not found:
            name = experiment_of(files[0])
            job = self.jobs(name)[files[0]]
            there = "nothing records what made it" if self.digests[files[0]] else "not there"
            raise WhyError(f"{asked}: {there}; {make('reproduce', name, self.root)} makes it ({job.message})")
        return list(found.values())

    def _by_lock(self, file: str) -> Made | None:
        if file not in self.recorded:
            return None
        name, entry = self.recorded[file]
        return Made(
            name,
            entry["rule"],
            *_settings_and_source(entry["params"]),
            entry["inputs"],
            entry["outputs"],
            entry["fingerprint"],
            LOCK,
            self.jobs(name).get(file),
        )

    def _by_snakemake(self, file: str) -> Made | None:
        record = records.read(self.root, file)
        if record is None:
            return None
        name = experiment_of(file)
        job = self.jobs(name).get(file)
        outputs = {}
        for output in [file] if job is None else job.outputs:
            of_output = records.read(self.root, output) or {}
            outputs[output] = of_output.get("made", {}).get("sha256")
        inputs = {each: record["input_checksums"].get(each) for each in Counter(record["input"])}
        return Made(
            name,
            record["rule"],
            *_settings_and_source(record["params"]),
            {each: checksum.removeprefix("sha256:") if checksum else None for each, checksum in inputs.items()},
            outputs,
            record.get("made", {}).get("fingerprint"),
            SNAKEMAKE,
            job,
        )


def experiment_of(file: str) -> str:
    """The experiment of a path below results, figures or logs; "" of any other."""
    first, *rest = Path(file).parts or ("",)
    return rest[0] if first in ("results", "figures", "logs") and rest else ""


def _settings_and_source(params: list[str]) -> tuple[dict[str, Any], str]:
    texts = [literal_eval(text) for text in params]
    settings = next((json.loads(text) for text in texts if text.startswith("{")), {})
    return settings, next((text for text in texts if not text.startswith("{")), "")
