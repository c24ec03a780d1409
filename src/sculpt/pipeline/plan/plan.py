"""What a run would do, and what sharing prefixes saves."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from sculpt.params.experiment import Experiment, described
from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.plan.grouped import grouped
from sculpt.pipeline.plan.predict import Known, predict
from sculpt.pipeline.plan.reasons import told
from sculpt.pipeline.plan.sizes import Shapes, alike, disk, memory
from sculpt.pipeline.plan.waiting import waiting
from sculpt.pipeline.record.lock_import import bring_records
from sculpt.pipeline.run.commands import sculpt
from sculpt.pipeline.run.console import counted
from sculpt.pipeline.run.unavailable import look_again, need_machines
from sculpt.recipe.tree import Tree

Asked = Callable[[dict[str, Any], int], Callable[[], Shapes]]
"""Starts to work out what one seed of a model with so many classes takes, and returns what waits for the answer."""


def plan(experiment: str | None, asked: Asked, verbose: bool = False) -> str:
    """Nodes and epochs of an experiment, shared against unshared, the jobs that would run with their reasons, and what
    they will take: time, disk and memory.

    asked: of the shapes of a model, which this wing does not know. verbose: every job in the order of the recipe, where
    there would be a line per stage and reason. Settles first what is known of its files (`bring_records`), and which
    looks at the hardware found no device that is here now (`look_again`).
    """
    params = load(Path("params.yaml"))
    name, settings = params.select(experiment)
    all_there = all_jobs(name, settings)
    need_machines(name, all_there)
    here = _known(name, settings, all_there)
    like = [here] if alike(here, here) else []
    ran = [other for other in params.experiments if _has_run(other, name)]
    # Beside Snakemake's start where no file can tell, else not before it is asked for: it imports torch.
    shapes = None if like or ran else asked(here.experiment["model"], settings.data.class_count())

    def settle() -> None:
        bring_records(name)
        look_again(all_there)

    jobs = waiting(name, settle, all_there)
    lines = [*cost(name, here.tree), ""]
    if not jobs:
        return "\n".join([*lines, "Nothing to be done"])
    others = [_known(other, of_other) for other, of_other in params.here(ran).items()]
    messages = [job.message for job in jobs]
    predicted = predict(messages, here, others)
    wanted = [job for job in all_there if job.message in predicted.of_jobs]
    like += [other for other in others if alike(other, here)]
    shapes = shapes or cache(lambda: asked(here.experiment["model"], settings.data.class_count())())
    written = disk(wanted, here, like, shapes)
    if verbose:
        lines += [f"{job.message}: {told(job.causes)}" for job in jobs]
    else:
        lines += grouped(jobs, all_there, predicted.of_jobs, written.of_jobs)
    cached = ", and as much again in DVC's cache" if name in params.recorded else ""
    lines += [
        "",
        f"{counted(len(jobs), 'job')} would run: {predicted}",
        f"disk: {written}{cached}",
        f"memory: {memory(wanted, written.of_jobs, like)}",
    ]
    return "\n".join(lines if verbose else [*lines, f"each job: {sculpt('plan --verbose', name)}"])


def _has_run(other: str, name: str) -> bool:
    return other != name and Path("logs", other).is_dir()


def _known(name: str, settings: Experiment, jobs: list[Job] | None = None) -> Known:
    experiment = described(settings)
    return Known(all_jobs(name, settings) if jobs is None else jobs, experiment, Tree(experiment))


def cost(name: str, tree: Tree) -> list[str]:
    """Nodes and epochs of each stage, in lines, and what every run would cost if it trained alone."""
    seeds = sum(len(block.seeds) for block in tree.blocks)
    lines = [
        f"{name}: {counted(len(tree.nodes), 'node')} and {counted(len(tree.masks), 'mask')} for each of "
        f"{counted(len(tree.blocks), 'seed block')} ({counted(seeds, 'seed')})",
        f"{'stage':<12}{'nodes':>6}{'epochs per seed':>18}",
    ]
    for stage in dict.fromkeys(node.stage for node in tree.nodes.values()):
        nodes = tree.stage(stage)
        lines.append(f"{stage:<12}{len(nodes):>6}{sum(node.trained_epochs for node in nodes):>18,}")
    shared = sum(node.trained_epochs for node in tree.nodes.values())
    unshared = tree.unshared_epochs()
    times = f" ({unshared / shared:.1f} times as many)" if shared else ""
    lines.append(
        f"shared prefixes train once: {shared:,} epochs per seed against {unshared:,} with each run trained "
        f"alone{times}"
    )
    return lines
