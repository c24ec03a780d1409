"""The jobs that Snakemake would run, and why."""

import os
import re
import subprocess
import sys
from pathlib import Path

from sculpt.core.errors import SculptError
from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.identity.history import NOTHING, changes
from sculpt.pipeline.plan.reasons import in_words
from sculpt.pipeline.record.lock import LOCK, read_lock

_JOB = re.compile(r"^Job \d+: (?P<message>.+)\nReason: (?P<reason>.+)$", re.MULTILINE)


def waiting_jobs(name: str) -> list[tuple[str, str]]:
    """Message and reasons of each job that a run would start. Raises SculptError with Snakemake's words."""
    if not os.access(".snakemake" if Path(".snakemake").is_dir() else ".", os.W_OK):
        raise SculptError("read-only folder: Snakemake must write in .snakemake to see what there is to do")
    command = [sys.executable, "-m", "snakemake", "--dry-run", "--config", f"experiment={name}"]
    done = subprocess.run([*command, "--quiet", "host", "progress", "--"], capture_output=True, text=True)
    if done.returncode:
        raise SculptError((done.stderr or done.stdout).strip())
    found = list(_JOB.finditer(done.stdout + done.stderr))
    if not found:
        return []
    known = read_lock(Path(LOCK)).get("sources", NOTHING) if Path(LOCK).exists() else NOTHING
    jobs = _jobs_of(name)
    origins = {job.message: job.origins for job in jobs}

    def words(message: str, reason: str) -> str:
        return in_words(reason, lambda was, is_: changes(was, is_, known, jobs), origins.get(message, {}))

    return [(job["message"], words(job["message"], job["reason"])) for job in found]


def _jobs_of(name: str) -> list[Job]:
    return all_jobs(*load(Path("params.yaml")).select(name))
