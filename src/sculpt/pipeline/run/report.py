"""Whether an experiment is finished, so that it can be reported, and Snakemake's own report of it."""

import subprocess
import sys
from pathlib import Path

from sculpt.core.errors import SculptError
from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import owned_files
from sculpt.pipeline.plan.waiting import waiting_jobs
from sculpt.pipeline.run.commands import make, sculpt
from sculpt.pipeline.run.console import counted


def finished(experiment: str | None) -> str:
    """The name of the experiment. Raises SculptError where a file is missing, or a job would run."""
    name, settings = load(Path("params.yaml")).select(experiment)
    missing = sorted(file for file in owned_files(name, settings) if not Path(file).exists())
    if missing:
        others = f" and {counted(len(missing) - 1, 'more file')}" if len(missing) > 1 else ""
        raise SculptError(
            f"{name}: not there: {missing[0]}{others}; {make('reproduce', name)} makes what is missing, "
            f"`.venv/bin/dvc pull` fetches a recorded experiment"
        )
    if waiting := waiting_jobs(name):
        raise SculptError(
            f"{name}: {counted(len(waiting), 'job')} would run ({sculpt('plan', name)} says why); "
            f"first {make('reproduce', name)}"
        )
    return name


def snakemake_report(name: str) -> Path:
    """Write one HTML file of a finished experiment, with what made each file; returns its path."""
    path = Path(f"logs/{name}/snakemake.html")
    path.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "snakemake", "--config", f"experiment={name}", "--report", str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SculptError(f"{name}: no report: {done.stderr.strip()}")
    return path
