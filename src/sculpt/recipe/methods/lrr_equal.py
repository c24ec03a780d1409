"""The control: LRR to each target in just C cycles, the dense one included, so at the epochs of cyclic training."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from sculpt.core.settings import Densities, Label, Values
from sculpt.recipe.cycles import rung, rungs
from sculpt.recipe.node import inside
from sculpt.recipe.run import Run, labels
from sculpt.recipe.settings import RunSettings
from sculpt.recipe.tree import Tree

_DIGITS = 5
"""Significant digits of a rung, as params.yaml has them for powers of 0.8."""


class Settings(RunSettings):
    targets: Annotated[Densities, Field(description="densities after the last prune")]
    criterion: Annotated[Label | None, Field(description="criterion of each prune; absent: magnitude")] = None

    @model_validator(mode="after")
    def _prunes(self) -> "Settings":
        if 1.0 in self.targets:
            raise ValueError(f"targets.{self.targets.index(1.0)}: 1; allowed: above 0 and below 1")
        return self


def plan(tree: Tree, settings: Values) -> None:
    """A run for each target, which shows its end alone. Its networks are those of LRR down the same ladder."""
    variant, criterion = settings.get("variant"), settings.get("criterion", "magnitude")
    tree.room(tree.cycles)
    for i, target in enumerate(settings["targets"]):
        ladder = {**settings, "ladder": list(_even_steps(target, tree.cycles - 1))}
        end = rungs(tree, ladder, "lrr", lambda above: above)[-1][1]
        found = labels("lrr_equal", target_density=target, criterion=criterion, variant=variant)
        run_id = inside(variant, f"lrr_equal/{rung(target, criterion)}")
        tree.report(Run(run_id, found, tree.path(end), ((tree.cycles, end),), tree.cycles), f"targets.{i}")


def _even_steps(target: float, steps: int) -> Iterator[float]:
    """Densities of which each is the same share of the one before, from 1 down to the target."""
    for step in range(1, steps):
        yield float(f"{target ** (step / steps):.{_DIGITS}g}")
    yield target
