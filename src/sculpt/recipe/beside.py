"""Which node an analysis sets beside each one that it looks at."""

from itertools import pairwise
from typing import Any

from sculpt.core.kinds import ANALYSES
from sculpt.core.settings import Values
from sculpt.recipe.node import Node
from sculpt.recipe.run import Run
from sculpt.recipe.selection import selected
from sculpt.recipe.tree import Tree


def looked_at(tree: Tree, analysis: Values) -> dict[str, str | None]:
    """Each node that an analysis looks at, and the one beside it, by their keys.

    That is the node before it on the path, None where there is none. An analysis that says `BESIDE = "plain"` looks at
    nodes of `counterparts` alone, each beside its own. One that says `BESIDE = "weights"` has beside a node that whose
    weights its training started from, perhaps the initialisation; it does not look at one that a transform stands
    before. A checkpoint stands beside the one before it, and the end of its run beside the last.
    """
    wanted, says = selected(tree, analysis), ANALYSES.constant(analysis["name"], "BESIDE")
    if says == "plain":
        beside = counterparts(tree)
        return {key: beside[key] for key in beside if key in wanted}
    earlier = {below: above for run in tree.runs for above, below in pairwise(_and_checkpoints(run))}
    nodes = {key: node for key, node in tree.nodes.items() if key in wanted}
    if says == "weights":
        started = {key: node.weights_from for key, node in nodes.items() if node.transform is None}
        return started | {key: above for key, above in earlier.items() if key in wanted}
    return {key: earlier.get(key) or tree.before(node) for key, node in nodes.items()}


def with_checkpoints(tree: Tree, branch: list[Node]) -> list[str]:
    """The keys of a branch of results, before each those of its checkpoints."""
    on_the_way = {run.path[-1]: run.checkpoints for run in tree.runs if run.checkpoints}
    return [key for node in branch for key in (*on_the_way.get(node.key, ()), node.key)]


def _and_checkpoints(run: Run) -> tuple[str, ...]:
    return (*run.checkpoints, run.path[-1]) if run.checkpoints else ()


def counterparts(tree: Tree) -> dict[str, str]:
    """The node of the plain run, by that of a run whose variant trains under an execution profile of its own.

    Two runs belong together whose labels are equal but for the variant, which the plain run lacks; of these, the nodes
    that end the same cycle. A node without such a run is not there.
    """
    plain: dict[tuple, dict[int, str]] = {}
    for run in tree.runs:
        if run.labels["variant"] is None:
            plain.setdefault(_but_the_variant(run), {}).update(run.reported)
    found = {}
    for run in tree.runs:
        if (variant := run.labels["variant"]) is not None and "profile" in tree.training(variant):
            other = plain.get(_but_the_variant(run), {})
            found |= {key: other[cycle] for cycle, key in run.reported if cycle in other}
    return found


def _but_the_variant(run: Run) -> tuple[tuple[str, Any], ...]:
    return tuple((label, value) for label, value in run.labels.items() if label != "variant")
