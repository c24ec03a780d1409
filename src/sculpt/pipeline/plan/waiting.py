"""The jobs that Snakemake would run, and why."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from sculpt.core.errors import SculptError
from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.identity.history import NOTHING, changes
from sculpt.pipeline.plan.reasons import in_words
from sculpt.pipeline.record.lock import LOCK, read_lock

_JOB = re.compile(r"^Job \d+: (?P<message>.+)\nReason: (?P<reason>.+)$", re.MULTILINE)


def waiting_jobs(name: str, meanwhile: Callable[[], object] = lambda: None) -> list[tuple[str, str]]:
    """Message and reasons of each job that a run would start. Raises SculptError with Snakemake's words.

    meanwhile: is called while Snakemake starts, and is over before that looks at any file or record.
    """
    if not os.access(".snakemake" if Path(".snakemake").is_dir() else ".", os.W_OK):
        raise SculptError("read-only folder: Snakemake must write in .snakemake to see what there is to do")
    found = list(_JOB.finditer(_dry_run(name, meanwhile)))
    if not found:
        return []
    known = read_lock(Path(LOCK)).get("sources", NOTHING) if Path(LOCK).exists() else NOTHING
    jobs = _jobs_of(name)
    origins = {job.message: job.origins for job in jobs}

    def words(message: str, reason: str) -> str:
        return in_words(reason, lambda was, is_: changes(was, is_, known, jobs), origins.get(message, {}))

    return [(job["message"], words(job["message"], job["reason"])) for job in found]


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
