"""SCULPT in two prunes: C-2 cycles at a start density, a prune and a cycle between, a prune to a target and a cycle.

What reviewers of arXiv 2406.02773 asked for where one prune falls short; the cycles are C in all, a definition of this
project.
"""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field, model_validator

from sculpt.core.settings import Densities, Density, Label, Values
from sculpt.recipe.cycles import cycle, masked_labels, report_cycles, rung, start, trunk
from sculpt.recipe.node import inside
from sculpt.recipe.run import Run
from sculpt.recipe.settings import MaskedSettings
from sculpt.recipe.tree import Tree


class Settings(MaskedSettings):
    start: Annotated[Density, Field(description="density of the trunk")]
    via: Annotated[Density, Field(description="density after the first prune")]
    targets: Annotated[Densities, Field(description="densities after the second prune")]
    criterion: Annotated[Label | None, Field(description="criterion of both prunes; absent: magnitude")] = None

    @model_validator(mode="after")
    def _each_lies_below_the_one_before(self) -> "Settings":
        if self.via >= self.start:
            raise ValueError(f"via: {self.via:g}; allowed: above 0 and below the start density {self.start:g}")
        for i, target in enumerate(self.targets):
            if target >= self.via:
                raise ValueError(f"targets.{i}: {target:g}; allowed: above 0 and below via, {self.via:g}")
        return self

    def faults(self, around: Any) -> Iterator[str]:
        if around.cycles < 3:
            wanted = "sculpt, or cycles of at least 3, since two of them follow the prunes"
            yield f"method: sculpt_twice; allowed: {wanted} (cycles is {around.cycles})"


def plan(tree: Tree, settings: Values) -> None:
    """A run for each target, which shows its end alone; the cycle between the prunes is shared."""
    variant, criterion = settings.get("variant"), settings.get("criterion", "magnitude")
    nodes = trunk(tree, settings, settings["start"], tree.cycles - 2)
    report_cycles(tree, settings, "cyclic", settings["start"], nodes, result=False)

    def pruned(above: str, name: str, density: float) -> str:
        prune = {"density": density, "prune": density, "criterion": criterion}
        return cycle(tree, f"sculpt/{name}/{rung(density, criterion)}", above, above, variant, **prune).key

    via = pruned(nodes[-1].key, nodes[-1].name, settings["via"])
    for i, target in enumerate(settings["targets"]):
        key = pruned(via, via.partition("/")[2], target)
        steps = "/".join(rung(density, criterion) for density in (settings["via"], target))
        run = Run(
            inside(variant, f"sculpt_twice/{start(settings, settings['start'])}/{steps}"),
            masked_labels(settings, "sculpt_twice", target, start_density=settings["start"], criterion=criterion),
            tree.path(key),
            ((tree.cycles, key),),
            tree.cycles,
            nodes[0].mask_from,
        )
        tree.report(run, f"targets.{i}")
