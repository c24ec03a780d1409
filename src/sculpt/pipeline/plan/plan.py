"""What a run would do, and what sharing prefixes saves."""

from pathlib import Path

from sculpt.params.experiment import Experiment, described
from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.plan.predict import Known, predict
from sculpt.pipeline.plan.waiting import waiting_jobs
from sculpt.pipeline.record.lock_import import bring_records
from sculpt.pipeline.run.console import counted
from sculpt.pipeline.run.unavailable import look_again, need_machines
from sculpt.recipe.tree import Tree


def plan(experiment: str | None) -> str:
    """Nodes and epochs of an experiment, shared against unshared, each job that would run with its reasons, and what
    they will take.

    Settles first what is known of its files (`bring_records`), and which looks at the hardware found no device that is
    here now (`look_again`).
    """
    params = load(Path("params.yaml"))
    name, settings = params.select(experiment)
    all_there = all_jobs(name, settings)
    need_machines(name, all_there)

    def settle() -> None:
        bring_records(name)
        look_again(all_there)

    jobs = waiting_jobs(name, meanwhile=settle)
    here = _known(name, settings, all_there)
    lines = [*cost(name, here.tree), ""]
    lines += [f"{message}: {reason}" for message, reason in jobs]
    if not jobs:
        return "\n".join([*lines, "Nothing to be done"])
    run = [other for other in params.experiments if _has_run(other, name)]
    others = [_known(other, of_other) for other, of_other in params.here(run).items()]
    predicted = predict([message for message, _ in jobs], here, others)
    return "\n".join([*lines, f"{counted(len(jobs), 'job')} would run: {predicted}"])


def _has_run(other: str, name: str) -> bool:
    return other != name and Path("logs", other).is_dir()


def _known(name: str, settings: Experiment, jobs: list[Job] | None = None) -> Known:
    experiment = described(settings)
    return Known(all_jobs(name, settings) if jobs is None else jobs, experiment, Tree(experiment))


def cost(name: str, tree: Tree) -> list[str]:
    """Nodes and epochs of each stage, in lines, and what every run would cost if it trained alone."""
    seeds = sum(len(block.seeds) for block in tree.blocks)
    lines = [
        f"{name}: {len(tree.nodes)} nodes and {len(tree.masks)} masks for each of {len(tree.blocks)} seed "
        f"blocks ({seeds} seeds)",
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
