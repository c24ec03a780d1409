"""Weight rewinding: prune, go back to an early epoch of the dense cycle (Frankle et al. 2020, arXiv 1912.05671)."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from sculpt.core.settings import Count, Values
from sculpt.recipe.cycles import ladder, rewind_point
from sculpt.recipe.settings import LadderSettings, rewinds_too_far
from sculpt.recipe.tree import Tree


class Settings(LadderSettings):
    rewind_epoch: Annotated[Count, Field(description="epoch of the dense cycle to go back to, for a whole schedule")]

    def faults(self, around: Any) -> Iterator[str]:
        yield from rewinds_too_far(self, around)


def plan(tree: Tree, settings: Values) -> None:
    epoch = settings["rewind_epoch"]
    point = rewind_point(tree, epoch, settings.get("variant"))
    ladder(tree, settings, f"wr_{epoch}", lambda above: point.key)
