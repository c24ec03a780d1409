"""Snakemake at work on an experiment, and the lock of what it made."""

import json
import sys
from pathlib import Path

from sculpt.core.processes import environment_of
from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.record.lock_export import export
from sculpt.pipeline.run import console
from sculpt.pipeline.run.console import counted
from sculpt.pipeline.run.preloaded import preloaded
from sculpt.pipeline.run.unavailable import unavailable


def run_jobs(name: str, jobs: list[Job], target: str = "all", profile: str | None = None) -> int:
    """Let Snakemake do those jobs that are to be done; returns its exit code.

    name: of the experiment. jobs: those that Snakemake may start. target: the rule whose files are wanted. profile: a
    folder of profiles/, or None for the default. The lock has whatever completed, however the run ends.
    """
    try:
        waiting = not all(Path(file).exists() for job in jobs for file in job.outputs)
        asked = [environment_of(json.loads(job.config)) for job in jobs]
        with preloaded(asked, at_once=waiting) as environment:
            command = [sys.executable, "-m", "snakemake", target, "--config", f"experiment={name}"]
            if profile:
                command += ["--workflow-profile", f"profiles/{profile}"]
            return console.follow(command, environment)
    finally:
        _tell_elsewhere(export(name))
        _tell_unavailable(unavailable(jobs))


def _tell_elsewhere(jobs: int) -> None:
    if jobs:
        print(
            f"{counted(jobs, 'job')} ran on other hardware than the recorded one and made the recorded bytes",
            file=sys.stderr,
        )


def _tell_unavailable(profiles: dict[str, str]) -> None:
    for profile, why in profiles.items():
        print(f"execution profile {profile} is not available: {why}", file=sys.stderr)
