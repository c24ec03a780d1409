"""What the CPU seconds of a job grow with, as far as its settings tell: a definition of this project.

Jobs of one kind are held to take a sum of their terms, each times a rate that is the same for all of them. The rates
come from jobs that have run (`sculpt.pipeline.plan.rates`), and never from what the job computes.
"""

from dataclasses import dataclass

from sculpt.core.engines import engine_of
from sculpt.core.settings import Values
from sculpt.recipe.node import INIT, Mask, Node


@dataclass(frozen=True)
class Work:
    """kind: program, and what else makes it another kind of work. terms: what its seconds grow with."""

    kind: tuple[str, ...]
    terms: tuple[float, ...]


def work(program: str, settings: Values, data: Values, made: Node | Mask | None) -> Work:
    """What one job has to do.

    program: its module of sculpt.stages. settings: of the job. data: the section of params.yaml. made: the node that
    it trains or the mask that it draws. A weight that is pruned costs nothing on the kernels, and its share on PyTorch.
    """
    seeds, nodes = len(settings.get("seeds", [0])), len(settings.get("nodes", [0]))
    width = settings.get("model", {}).get("width", 1)
    pixels = seeds * (data.get("crop") or data["size"]) ** 2
    if program == "train_node":
        profile, cycle = settings["profile"], settings["cycle"]
        engine, scored = engine_of(profile), settings.get("prune", {}).get("criterion", {}).get("name", "magnitude")
        shown = pixels * data["train"] * (cycle.get("stop_epoch") or cycle["epochs"])
        density = made.density if engine == "kernels" else 1.0
        kind = (program, engine, profile["device"], scored)
        return Work(kind, (1.0, 1e-6 * shown * width, 1e-6 * shown * width**2 * density))
    if program == "generate_mask":
        return Work((program, settings["criterion"]["name"]), (1e-3 * pixels * width**2,))
    if program in ("evaluate", "look_at_hardware"):
        shown = pixels * nodes * data["test"]
        return Work((program, engine_of(settings["profile"])), (1.0, 1e-6 * shown * width))
    if program == "analyse":
        return Work((program, settings["analysis"]["name"]), (1.0, 1e-3 * pixels * nodes * width**2))
    if program == "plot":
        return Work((program, settings["figure"]["name"]), (1.0,))
    return Work((program,), (1.0,))


def made_by(rule: str, wildcards: dict[str, str], tree) -> Node | Mask | None:
    """The node or mask of a job, by its rule and wildcards; None for a job that makes neither."""
    key = f"{rule}/{wildcards['node']}" if "node" in wildcards else INIT
    return tree.nodes.get(key) or tree.masks.get(key)
