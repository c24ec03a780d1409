"""The control: one schedule stretched over the epochs of all C cycles, on a fixed mask."""

from typing import Annotated

from pydantic import Field

from sculpt.core.settings import Count, Densities, Values
from sculpt.recipe.cycles import length, lengthened, masked_labels, start, stretched
from sculpt.recipe.node import inside
from sculpt.recipe.run import Run
from sculpt.recipe.settings import MaskedSettings
from sculpt.recipe.tree import Tree


class Settings(MaskedSettings):
    densities: Annotated[Densities, Field(description="of the masks")]
    cycles: Annotated[Count | None, Field(description="cycles whose epochs it has; absent: C")] = None


def plan(tree: Tree, settings: Values) -> None:
    variant, cycles = settings.get("variant"), settings.get("cycles", tree.cycles)
    own = length(tree, cycles)
    for i, density in enumerate(settings["densities"]):
        mask, name = tree.mask(settings["mask"], density, variant), start(settings, density)
        key, transform = f"cyclic/{inside(variant, name)}/long_{cycles}", settings.get("transform")
        node = stretched(tree, key, mask.key, cycles, density, variant, transform=transform)
        found = masked_labels(settings, "long", density, length=own)
        run_id = inside(variant, lengthened(f"long/{name}", own))
        tree.report(Run(run_id, found, (node.key,), ((cycles, node.key),), cycles, mask.key), f"densities.{i}")
