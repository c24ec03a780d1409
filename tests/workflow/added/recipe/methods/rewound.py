"""SCULPT's pruned mask on the initial weights: is it the mask that its trunk finds, or the weights on it?"""

from typing import Annotated

from pydantic import Field

from sculpt.core.settings import Densities, Density, Values
from sculpt.recipe.cycles import cycle, masked_labels, rung, start, trunk
from sculpt.recipe.node import INIT, inside
from sculpt.recipe.run import Run
from sculpt.recipe.settings import MaskedSettings
from sculpt.recipe.tree import Tree


class Settings(MaskedSettings):
    start: Annotated[Density, Field(description="density of the trunk")]
    targets: Annotated[Densities, Field(description="densities after the prune, below the start")]


def plan(tree: Tree, settings: Values) -> None:
    variant, density = settings.get("variant"), settings["start"]
    end = trunk(tree, settings, density, tree.cycles - 1)[-1]
    for i, target in enumerate(settings["targets"]):
        prune = {"density": target, "prune": target, "criterion": "magnitude"}
        key = f"sculpt/rewound/{end.name}/{rung(target, None)}"
        node = cycle(tree, key, INIT, end.key, variant, transform=settings.get("transform"), **prune)
        tree.report(
            Run(
                inside(variant, f"rewound/{start(settings, density)}/{rung(target, None)}"),
                masked_labels(settings, "rewound", target, start_density=density, criterion="magnitude"),
                tree.path(node.key),
                ((tree.cycles, node.key),),
                tree.cycles,
                tree.mask(settings["mask"], density, variant).key,
            ),
            f"targets.{i}",
        )
