"""The control: one schedule stretched over the epochs of all C cycles, on a fixed mask."""

from typing import Annotated

from pydantic import Field

from sculpt.core.settings import Densities, Values
from sculpt.recipe.cycles import masked_labels, start
from sculpt.recipe.node import INIT, Node, inside
from sculpt.recipe.run import Run
from sculpt.recipe.settings import MaskedSettings
from sculpt.recipe.tree import Tree


class Settings(MaskedSettings):
    densities: Annotated[Densities, Field(description="of the masks")]


def plan(tree: Tree, settings: Values) -> None:
    variant, cycles = settings.get("variant"), tree.cycles
    for i, density in enumerate(settings["densities"]):
        mask = tree.mask(settings["mask"], density, variant)
        name = start(settings, density)
        node = tree.add(
            Node(
                f"cyclic/{inside(variant, name)}/long_{cycles}",
                INIT,
                mask.key,
                density,
                epochs=tree.training(variant)["epochs"] * cycles,
                first_epoch=0,
                stretch=cycles,
                variant=variant,
                transform=settings.get("transform"),
            )
        )
        found = masked_labels(settings, "long", density)
        run = Run(inside(variant, f"long/{name}"), found, (node.key,), ((cycles, node.key),), cycles, mask.key)
        tree.report(run, f"densities.{i}")
