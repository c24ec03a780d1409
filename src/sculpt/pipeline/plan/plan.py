"""What a run would do, and what sharing prefixes saves."""

from pathlib import Path

from sculpt.params.experiment import described
from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.plan.waiting import waiting_jobs
from sculpt.pipeline.record.lock_import import bring_records
from sculpt.pipeline.run.console import counted
from sculpt.pipeline.run.unavailable import look_again, need_machines
from sculpt.recipe.tree import Tree


def plan(experiment: str | None) -> str:
    """Nodes and epochs of an experiment, shared against unshared, and each job that would run with its reasons.

    Settles first what is known of its files (`bring_records`), and which looks at the hardware found no device that is
    here now (`look_again`).
    """
    name, settings = load(Path("params.yaml")).select(experiment)
    all_there = all_jobs(name, settings)
    need_machines(name, all_there)

    def settle() -> None:
        bring_records(name)
        look_again(all_there)

    jobs = waiting_jobs(name, meanwhile=settle)
    lines = [*cost(name, Tree(described(settings))), ""]
    lines += [f"{message}: {reason}" for message, reason in jobs]
    return "\n".join([*lines, f"{counted(len(jobs), 'job')} would run" if jobs else "Nothing to be done"])


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
