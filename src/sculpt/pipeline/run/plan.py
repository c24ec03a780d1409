"""What a run would do, and what sharing prefixes saves."""

import os
import re
import subprocess
import sys
from pathlib import Path

from sculpt.core.errors import SculptError
from sculpt.params.load import load
from sculpt.pipeline.dag.jobs import all_jobs
from sculpt.pipeline.identity.history import NOTHING, changes
from sculpt.pipeline.record.provenance import LOCK, read_lock
from sculpt.pipeline.run.console import counted
from sculpt.pipeline.run.reasons import in_words
from sculpt.recipe.tree import TRAINED_STAGES, Recipe

_JOB = re.compile(r"^Job \d+: (?P<message>.+)\nReason: (?P<reason>.+)$", re.MULTILINE)


def plan(experiment: str | None) -> str:
    """Nodes and epochs of an experiment, shared against unshared, and each job that would run with its reasons."""
    name, settings = load(Path("params.yaml")).select(experiment)
    recipe = Recipe(settings)
    jobs = waiting_jobs(name)
    lines = [*_tree(name, recipe), ""]
    lines += [f"{message}: {reason}" for message, reason in jobs]
    return "\n".join([*lines, f"{counted(len(jobs), 'job')} would run" if jobs else "Nothing to be done"])


def _tree(name: str, recipe: Recipe) -> list[str]:
    count = recipe.experiment.seeds
    lines = [
        f"{name}: {len(recipe.nodes)} nodes and {len(recipe.masks)} masks for each of {len(recipe.blocks)} seed "
        f"blocks ({count} seeds)",
        f"{'stage':<12}{'nodes':>6}{'epochs a seed':>16}",
    ]
    for stage in TRAINED_STAGES:
        nodes = recipe.stage(stage)
        lines.append(f"{stage:<12}{len(nodes):>6}{sum(node.trained_epochs for node in nodes):>16,}")
    shared = sum(node.trained_epochs for node in recipe.nodes.values())
    unshared = recipe.unshared_epochs()
    lines.append(
        f"shared prefixes train once: {shared:,} epochs a seed against {unshared:,} with each run trained alone "
        f"({unshared / shared:.1f} times as many)"
    )
    return lines


def waiting_jobs(name: str) -> list[tuple[str, str]]:
    """Message and reasons of each job that a run would start. Raises SculptError with Snakemake's words."""
    if not os.access(".snakemake" if Path(".snakemake").is_dir() else ".", os.W_OK):
        raise SculptError("read-only folder: Snakemake must write in .snakemake to see what there is to do")
    command = [sys.executable, "-m", "snakemake", "--dry-run", "--config", f"experiment={name}"]
    done = subprocess.run([*command, "--quiet", "host", "progress", "--"], capture_output=True, text=True)
    if done.returncode:
        raise SculptError((done.stderr or done.stdout).strip())
    known = read_lock(Path(LOCK)).get("sources", NOTHING) if Path(LOCK).exists() else NOTHING
    jobs = all_jobs(*load(Path("params.yaml")).select(name))
    found = _JOB.finditer(done.stdout + done.stderr)
    return [(job["message"], in_words(job["reason"], lambda was, is_: changes(was, is_, known, jobs))) for job in found]
