"""Masks that are drawn only to be compared; nothing is trained on them."""

from typing import Annotated

from pydantic import Field, model_validator

from sculpt.core.settings import Densities, Label, Values
from sculpt.recipe.node import inside, part
from sculpt.recipe.run import Run, labels
from sculpt.recipe.settings import RunSettings
from sculpt.recipe.tree import Tree


class Settings(RunSettings):
    masks: Annotated[tuple[Label, ...], Field(min_length=1, description="criteria that draw the masks")]
    densities: Annotated[Densities, Field(description="of the masks")]

    @model_validator(mode="after")
    def _differ(self) -> "Settings":
        for i, label in enumerate(self.masks):
            if label in self.masks[:i]:
                raise ValueError(f"masks.{i}: {label}; allowed: each criterion once")
        return self


def plan(tree: Tree, settings: Values) -> None:
    variant = settings.get("variant")
    for i, density in enumerate(settings["densities"]):
        for criterion in settings["masks"]:
            mask = tree.mask(criterion, density, variant)
            found = labels("masks", mask=criterion, target_density=density, variant=variant)
            run_id = inside(variant, f"masks/{part(criterion, density)}")
            tree.report(Run(run_id, found, (), (), 0, mask.key), f"densities.{i}")
