"""One run from start to end: Snakemake, then the record with DVC, then what came out."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from ruamel.yaml import YAML

from sculpt.analysis.verdicts import table
from sculpt.artifacts import read_json
from sculpt.errors import SculptError
from sculpt.params import load
from sculpt.recipe import Recipe
from sculpt.workflow import console
from sculpt.workflow.preloaded import preloaded

LOCK = Path(".snakemake/sculpt.lock")


class RunError(SculptError):
    """A run cannot start or did not end well."""


def reproduce(experiment: str | None, profile: str | None) -> None:
    """Bring an experiment up to date, record it with DVC, and print where the figures are and what the claims came to.

    experiment: its name, or None for the one that params.yaml chooses. profile: a folder of profiles/, or None for the
    default. Raises SculptError; jobs that completed before a fault stay.
    """
    name, settings = load(Path("params.yaml")).select(experiment)
    Recipe(settings)
    with alone():
        command = [sys.executable, "-m", "snakemake", "--config", f"experiment={name}"]
        if profile:
            command += ["--workflow-profile", f"profiles/{profile}"]
        with preloaded() as environment:
            code = console.follow(command, environment)
        if code:
            raise RunError(f"{name}: not complete, see the errors above; what is complete is kept; logs: logs/{name}/")
        record(name)
    print(f"\nFigures: figures/{name}/   Results: results/{name}/summary/summary.csv\n")
    print(table(read_json(Path(f"results/{name}/summary/claims.json"))))


def record(name: str) -> None:
    """Commit an experiment's artifacts to DVC, where dvc.yaml lists it."""
    stages = YAML(typ="safe", pure=True).load(Path("dvc.yaml"))
    if name not in stages["vars"][0]["recorded"]:
        print(f"\n{name} is not recorded with DVC: add it to `recorded` in dvc.yaml to have it recorded.")
        return
    targets = [f"{stage}@{name}" for stage in stages["stages"]]
    done = subprocess.run([sys.executable, "-m", "dvc", "commit", "--force", "--quiet", *targets])
    if done.returncode:
        raise RunError(f"{name}: complete, but DVC could not record it; see its error above")


@contextmanager
def alone() -> Iterator[None]:
    """Hold this folder for one run, and clear away what a killed run left; RunError where another is at work."""
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise RunError(
                f"another run (process {lock.read().strip()}) is at work in this folder; wait for its end"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        if any(LOCK.parent.glob("locks/*")):
            _unlock()
        yield


def _unlock() -> None:
    here = os.getcwd()
    for process in psutil.process_iter(["pid", "cmdline", "cwd"]):
        words = process.info["cmdline"] or []
        if process.info["cwd"] == here and any("snakemake" in word for word in words):
            raise RunError(f"snakemake (process {process.info['pid']}) is at work in this folder; wait for its end")
    subprocess.run([sys.executable, "-m", "snakemake", "--unlock"], check=True, stderr=subprocess.DEVNULL)
