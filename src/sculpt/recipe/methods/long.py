"""The control: one schedule stretched over the epochs of all C cycles, on a fixed mask.

Its checkpoints are nodes of their own, each trained from the beginning: the run itself then is the same job with them
and without, and is not trained again where they are added.
"""

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
    checkpoints: Annotated[
        bool | None, Field(description="true: nodes at the end of each cycle's length, for analyses; absent: none")
    ] = None


def plan(tree: Tree, settings: Values) -> None:
    variant, cycles = settings.get("variant"), settings.get("cycles", tree.cycles)
    own, epochs = length(tree, cycles), tree.training(variant)["epochs"]
    for i, density in enumerate(settings["densities"]):
        mask, name = tree.mask(settings["mask"], density, variant), start(settings, density)
        begins = {"density": density, "variant": variant, "transform": settings.get("transform")}
        key = stretched(tree, f"cyclic/{inside(variant, name)}/long_{cycles}", mask.key, cycles, **begins).key
        on_the_way = []
        for c in range(1, cycles) if settings.get("checkpoints") else ():
            part = {"stop_epoch": c * epochs, "span_of": key}
            on_the_way.append(stretched(tree, f"{key}_at_{c}", mask.key, cycles, **begins, **part).key)
        found = masked_labels(settings, "long", density, length=own)
        run_id = inside(variant, lengthened(f"long/{name}", own))
        run = Run(run_id, found, (key,), ((cycles, key),), cycles, mask.key, checkpoints=tuple(on_the_way))
        tree.report(run, f"densities.{i}")
