"""SCULPT (arXiv 2406.02773): C-1 cycles at a start density, one global prune to a target, one more cycle."""

from typing import Annotated

from pydantic import Field, model_validator

from sculpt.core.settings import MOST, Densities, Density, Label, Values
from sculpt.recipe.cycles import cycle, length, lengthened, masked_labels, report_cycles, rung, start, trunk
from sculpt.recipe.node import inside
from sculpt.recipe.run import Run
from sculpt.recipe.settings import MaskedSettings
from sculpt.recipe.tree import Tree


class Settings(MaskedSettings):
    start: Annotated[Density, Field(description="density of the trunk")]
    targets: Annotated[Densities, Field(description="densities after the prune")]
    criterion: Annotated[Label | None, Field(description="criterion of the prune; absent: magnitude")] = None

    cycles: Annotated[
        int | None, Field(ge=2, le=MOST, description="number of cycles, the last after the prune; absent: C")
    ] = None

    @model_validator(mode="after")
    def _targets_lie_below_the_start(self) -> "Settings":
        for i, target in enumerate(self.targets):
            if target >= self.start:
                raise ValueError(
                    f"targets.{i}: {target:g} is not below the start density {self.start:g}; "
                    f"allowed: above 0 and below {self.start:g}"
                )
        return self


def plan(tree: Tree, settings: Values) -> None:
    variant, criterion = settings.get("variant"), settings.get("criterion", "magnitude")
    cycles = settings.get("cycles", tree.cycles)
    own = length(tree, cycles)
    nodes = trunk(tree, settings, settings["start"], cycles - 1)
    report_cycles(tree, settings, "cyclic", settings["start"], nodes, result=False)
    end = nodes[-1]
    for i, target in enumerate(settings["targets"]):
        prune = {"density": target, "prune": target, "criterion": criterion}
        name = f"{end.name}/{rung(target, criterion)}"
        node = cycle(tree, f"sculpt/{name}", end.key, end.key, variant, **prune)
        run_name = f"sculpt/{start(settings, settings['start'])}/{rung(target, criterion)}"
        run = Run(
            inside(variant, lengthened(run_name, own)),
            masked_labels(settings, "sculpt", target, start_density=settings["start"], criterion=criterion, length=own),
            tree.path(node.key),
            ((cycles, node.key),),
            cycles,
            nodes[0].mask_from,
        )
        tree.report(run, f"targets.{i}")
