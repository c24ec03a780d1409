"""Repeated cycles on a fixed mask (arXiv 2406.02773); the first of them alone is the run `single`."""

from typing import Annotated

from pydantic import Field

from sculpt.core.settings import Densities, Values
from sculpt.recipe.cycles import report_cycles, trunk
from sculpt.recipe.settings import MaskedSettings
from sculpt.recipe.tree import Tree


class Settings(MaskedSettings):
    densities: Annotated[Densities, Field(description="of the masks")]


def plan(tree: Tree, settings: Values) -> None:
    for i, density in enumerate(settings["densities"]):
        nodes = trunk(tree, settings, density, tree.cycles)
        report_cycles(tree, settings, "single", density, nodes[:1], f"densities.{i}")
        report_cycles(tree, settings, "cyclic", density, nodes, f"densities.{i}")
