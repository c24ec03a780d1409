"""Which node an analysis sets beside each one that it looks at."""

from typing import Any

from sculpt.core.kinds import ANALYSES
from sculpt.core.settings import Values
from sculpt.recipe.run import Run
from sculpt.recipe.selection import selected
from sculpt.recipe.tree import Tree


def looked_at(tree: Tree, analysis: Values) -> dict[str, str | None]:
    """Each node that an analysis looks at, and the one beside it, by their keys.

    That is the node before it on the path, None where there is none. An analysis that says `BESIDE = "plain"` looks at
    nodes of `counterparts` alone, each beside its own.
    """
    wanted = selected(tree, analysis)
    if ANALYSES.constant(analysis["name"], "BESIDE") == "plain":
        beside = counterparts(tree)
        return {key: beside[key] for key in beside if key in wanted}
    return {node.key: tree.before(node) for node in tree.results if node.key in wanted}


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
