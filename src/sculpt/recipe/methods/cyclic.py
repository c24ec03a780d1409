"""Repeated cycles on a fixed mask (arXiv 2406.02773); the first of them alone is the run `single`."""

from typing import Annotated

from pydantic import Field

from sculpt.core.settings import Count, Densities, Values
from sculpt.recipe.cycles import length, report_cycles, trunk
from sculpt.recipe.settings import MaskedSettings
from sculpt.recipe.tree import Tree


class Settings(MaskedSettings):
    densities: Annotated[Densities, Field(description="of the masks")]
    cycles: Annotated[
        Count | None, Field(description="number of cycles, then without the run `single`; absent: C, and with it")
    ] = None


def plan(tree: Tree, settings: Values) -> None:
    """Cycles of other numbers share their nodes. A run of its own number reports no `single`, which is C's."""
    cycles = settings.get("cycles", tree.cycles)
    for i, density in enumerate(settings["densities"]):
        nodes = trunk(tree, settings, density, cycles)
        if "cycles" not in settings:
            report_cycles(tree, settings, "single", density, nodes[:1], f"densities.{i}")
        report_cycles(tree, settings, "cyclic", density, nodes, f"densities.{i}", length(tree, cycles))
