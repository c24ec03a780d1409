"""Iterative magnitude pruning: prune, go back to the initial weights (Frankle and Carbin 2019, arXiv 1803.03635)."""

from typing import Annotated

from pydantic import Field

from sculpt.core.settings import Label, Values
from sculpt.recipe.cycles import ladder
from sculpt.recipe.node import INIT
from sculpt.recipe.settings import LadderSettings
from sculpt.recipe.tree import Tree


class Settings(LadderSettings):
    transform: Annotated[Label | None, Field(description="transform of the initial weights; absent: none")] = None


def plan(tree: Tree, settings: Values) -> None:
    transform = settings.get("transform")
    folder = f"imp+{transform}" if transform else "imp"
    ladder(tree, settings, folder, lambda above: INIT, transform=transform)
