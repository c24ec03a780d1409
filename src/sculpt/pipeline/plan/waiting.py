"""The jobs that Snakemake would run, and why."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sculpt.core.errors import SculptError
from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.identity.history import NOTHING, changes
from sculpt.pipeline.plan.reasons import Cause, causes, told
from sculpt.pipeline.record.lock import LOCK, read_lock

_JOB = re.compile(r"^Job \d+: (?P<message>.+)\nReason: (?P<reason>.+)$", re.MULTILINE)


class Waiting(NamedTuple):
    """A job that a run would start, by what Snakemake says of it, and why."""

    message: str
    causes: list[Cause]


def waiting_jobs(name: str, meanwhile: Callable[[], object] = lambda: None) -> list[tuple[str, str]]:
    """Message and reasons of each job that a run would start, in the order of the recipe (`waiting`)."""
    return [(job.message, told(job.causes)) for job in waiting(name, meanwhile)]


def waiting(
    name: str, meanwhile: Callable[[], object] = lambda: None, jobs: Sequence[Job] | None = None
) -> list[Waiting]:
    """Each job that a run would start, in the order of the recipe, whatever Snakemake's was.

    meanwhile: is called while Snakemake starts, and is over before that looks at any file or record. jobs: those of the
    experiment, None where whoever asks does not have them. Raises SculptError with Snakemake's words.
    """
    if not os.access(".snakemake" if Path(".snakemake").is_dir() else ".", os.W_OK):
        raise SculptError("read-only folder: Snakemake must write in .snakemake to see what there is to do")
    found = list(_JOB.finditer(_dry_run(name, meanwhile)))
    if not found:
        return []
    known = read_lock(Path(LOCK)).get("sources", NOTHING) if Path(LOCK).exists() else NOTHING
    jobs = _jobs_of(name) if jobs is None else jobs
    origins = {job.message: job.origins for job in jobs}
    place = {message: number for number, message in enumerate(origins)}

    @cache  # a thousand jobs have one change of code
    def changed(was: str, is_: str) -> list[str]:
        return list(changes(was, is_, known, jobs))

    return sorted(
        (Waiting(job["message"], causes(job["reason"], changed, origins.get(job["message"], {}))) for job in found),
        key=lambda job: (place.get(job.message, len(place)), job.message),
    )


def _dry_run(name: str, meanwhile: Callable[[], object]) -> str:
    """What Snakemake says. Its input is a pipe whose end the Snakefile waits for."""
    command = [sys.executable, "-m", "snakemake", "--dry-run", "--config", f"experiment={name}", "held=true"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([*command, "--quiet", "host", "progress", "--"], text=True, **pipes) as snakemake:
        try:
            meanwhile()
            out, err = snakemake.communicate()
        except BaseException:
            snakemake.kill()
            raise
    if snakemake.returncode:
        raise SculptError((err or out).strip())
    return out + err


def _jobs_of(name: str) -> list[Job]:
    return all_jobs(*load(Path("params.yaml")).select(name))
