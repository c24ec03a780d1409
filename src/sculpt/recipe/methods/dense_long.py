"""The dense control: one schedule stretched over the epochs of all C cycles, without a mask."""

from sculpt.core.settings import Values
from sculpt.recipe.cycles import stretched
from sculpt.recipe.node import INIT, inside
from sculpt.recipe.run import Run, labels
from sculpt.recipe.settings import RunSettings
from sculpt.recipe.tree import Tree


class Settings(RunSettings):
    pass


def plan(tree: Tree, settings: Values) -> None:
    variant, cycles = settings.get("variant"), tree.cycles
    key = stretched(tree, f"dense/{inside(variant, f'long_{cycles}')}", INIT, cycles, 1.0, variant).key
    found = labels("dense_long", target_density=1.0, variant=variant)
    tree.report(Run(inside(variant, "dense_long"), found, (key,), ((cycles, key),), cycles))
