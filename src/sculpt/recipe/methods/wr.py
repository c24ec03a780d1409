"""Weight rewinding: prune, go back to an early epoch of the dense cycle (Frankle et al. 2020, arXiv 1912.05671)."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from sculpt.core.settings import Count, Values
from sculpt.recipe.cycles import ladder
from sculpt.recipe.node import INIT, Node, inside
from sculpt.recipe.settings import LadderSettings
from sculpt.recipe.tree import Tree


class Settings(LadderSettings):
    rewind_epoch: Annotated[Count, Field(description="epoch of the dense cycle to go back to, for a whole schedule")]

    def faults(self, around: Any) -> Iterator[str]:
        epochs = around.variants.get(self.variant, around.training).epochs
        if self.rewind_epoch >= epochs:
            yield f"rewind_epoch: {self.rewind_epoch}; allowed: 1 to {epochs - 1} (training.epochs is {epochs})"


def plan(tree: Tree, settings: Values) -> None:
    """The rewind point is a node of its own, so moving it retrains neither the dense network nor LRR."""
    epoch, variant = settings["rewind_epoch"], settings.get("variant")
    point = tree.add(
        Node(
            f"dense/{inside(variant, f'rewind_{epoch}')}",
            INIT,
            INIT,
            1.0,
            epochs=tree.training(variant)["epochs"],
            first_epoch=0,
            stop_epoch=epoch,
            span_of=f"dense/{inside(variant, 'cycle_1')}",
            variant=variant,
        )
    )
    ladder(tree, settings, f"wr_{epoch}", lambda above: point.key)
