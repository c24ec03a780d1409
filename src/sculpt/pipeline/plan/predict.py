"""What the jobs that would run will take, from what such jobs took before."""

import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sculpt.core.settings import Values
from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.plan.ran import ran
from sculpt.pipeline.plan.rates import Rates
from sculpt.pipeline.plan.usual import USUAL
from sculpt.pipeline.plan.wall import wall
from sculpt.pipeline.plan.work import made_by, work
from sculpt.recipe.tree import Tree

AROUND = 5.0
"""Seconds of a run beside its jobs, measured on `digits`: Snakemake's start, and the record with DVC."""

LOGS, OTHERS, CONSTANTS, GUESS = "logs", "others", "constants", "guess"


@dataclass(frozen=True)
class Known:
    """One experiment: its jobs, and its plain values (`sculpt.params.experiment.described`)."""

    jobs: list[Job]
    experiment: Values
    tree: Tree


@dataclass(frozen=True)
class Prediction:
    """cpu: seconds of all jobs. wall: of the whole run, on `cores`. rests_on: how many jobs are predicted from what.
    ran: jobs that have logs here. of_jobs: CPU seconds of each job, by its message.
    """

    cpu: float
    wall: float
    cores: int
    rests_on: Counter[str]
    ran: int
    of_jobs: dict[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        words = {
            LOGS: f"the logs of {self.ran:,} finished jobs here",
            OTHERS: "logs of other experiments here",
            CONSTANTS: "constants measured on other hardware",
            GUESS: "a guess, since nothing of their kind was measured",
        }
        total = sum(self.rests_on.values())
        parts = [
            text if self.rests_on[name] == total else f"{text} ({self.rests_on[name]:,})"
            for name, text in words.items()
            if self.rests_on[name]
        ]
        cores = f"{self.cores} core{'' if self.cores == 1 else 's'}"
        return f"about {in_words(self.cpu)} of CPU, {in_words(self.wall)} on {cores}, by {'; '.join(parts)}"


def in_words(seconds: float) -> str:
    """Seconds in the unit that a person would use, to about two digits."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    if seconds < 5970:
        return f"{seconds / 60:.0f} min"
    hours = seconds / 3600
    if hours < 99.5:
        return f"{hours:.1f} h"
    days = hours / 24
    return f"{days:.0f} days" if days < 999.5 else f"{days / 365.25:,.0f} years"


def predict(
    messages: Sequence[str], here: Known, others: Sequence[Known] = (), cores: int | None = None, root: Path = Path(".")
) -> Prediction:
    """CPU seconds and wall time of the jobs with these messages.

    A kind of work is predicted from this experiment's own logs where there are any, else from those of the others, else
    from constants. cores: None for those that this process may use.
    """
    cores = cores or available_cores()
    wanted = set(messages)
    jobs = [job for job in here.jobs if job.message in wanted]
    own = [*ran(here.jobs, here.tree, here.experiment["data"], root)]
    elsewhere = [row for known in others for row in ran(known.jobs, known.tree, known.experiment["data"], root)]
    sources = {LOGS: Rates.of(own), OTHERS: Rates.of(elsewhere), CONSTANTS: USUAL, GUESS: USUAL.of_programs()}
    seconds, rests_on = {}, Counter()
    for job in jobs:
        asked = work(
            job.program, json.loads(job.config), here.experiment["data"], made_by(job.rule, job.wildcards, here.tree)
        )
        found = ((name, rates.seconds(asked)) for name, rates in sources.items())
        name, seconds[job.message] = next((name, value) for name, value in found if value is not None)
        rests_on[name] += 1
    return Prediction(sum(seconds.values()), wall(jobs, seconds, cores) + AROUND, cores, rests_on, len(own), seconds)


def available_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
