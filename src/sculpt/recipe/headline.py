"""The name that a run's labels give its result: one file of metrics each, with a value for each density."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sculpt.recipe.node import number

if TYPE_CHECKING:
    from sculpt.recipe.tree import Tree

_NAMED = ("criterion", "transform", "weights", "length", "variant")


def headline_name(labels: Mapping[str, Any]) -> str:
    """A method and its labels, without its densities: `lrr`, `cyclic_erk`, `cyclic_erk_variant_noisy`.

    labels: a value for each of LABELS; one that does not apply is None, or NaN where it comes from a table. A
    definition of this project.
    """
    known = {label: value for label, value in labels.items() if value is not None and value == value}
    parts = [known["method"], *([known["mask"]] if "mask" in known else [])]
    for label in _NAMED:
        if label in known and known[label] != "magnitude":
            value = known[label]
            parts += [label, value if isinstance(value, str) else number(value)]
    return "_".join(parts)


def headline_names(tree: "Tree") -> list[str]:
    """The names of all results of an experiment that are trained, sorted; a mask that is only compared has none."""
    return sorted({headline_name(run.labels) for run in tree.runs if run.result and run.reported})
