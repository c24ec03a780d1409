"""Which trained nodes an analysis looks at."""

from typing import Annotated

from pydantic import Field

from sculpt.core.settings import Densities, Label, Section, Values
from sculpt.recipe.chosen import chosen
from sculpt.recipe.tree import Tree

KEYS = ("methods", "densities", "variants", "runs")
"""They choose the jobs of an analysis, and are in none of its jobs' settings."""


class Selection(Section):
    """What the settings of every analysis begin with."""

    methods: Annotated[
        tuple[Label, ...] | None, Field(min_length=1, description="methods whose nodes it looks at; absent: all")
    ] = None
    densities: Annotated[Densities | None, Field(description="target densities of these runs; absent: all")] = None
    variants: Annotated[bool | None, Field(description="false: no run that has a variant; absent: all")] = None
    runs: Annotated[
        tuple[str, ...] | None, Field(min_length=1, description="ids of runs, as `run` in tables; absent: all")
    ] = None


def selected(tree: Tree, analysis: Values) -> set[str]:
    """The keys of the nodes that the selected runs report, and of their checkpoints."""
    runs = chosen(tree.runs, analysis)
    return {key for run in runs for key in (*run.checkpoints, *(key for _, key in run.reported))}
