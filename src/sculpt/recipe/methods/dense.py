"""Dense training: one cycle, and more of them. The iterative methods start after the first."""

from typing import Annotated

from pydantic import Field

from sculpt.core.settings import Count, Values
from sculpt.recipe.cycles import dense_cycles
from sculpt.recipe.node import inside
from sculpt.recipe.run import Run, labels
from sculpt.recipe.settings import RunSettings
from sculpt.recipe.tree import Tree


class Settings(RunSettings):
    cycles: Annotated[Count, Field(description="cycles of the dense network")]


def plan(tree: Tree, settings: Values) -> None:
    variant = settings.get("variant")
    keys = tuple(node.key for node in dense_cycles(tree, settings["cycles"], variant))
    found = labels("dense", target_density=1.0, variant=variant)
    tree.report(Run(inside(variant, "dense"), found, keys, tuple(enumerate(keys, start=1)), len(keys)))
