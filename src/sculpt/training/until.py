"""Until when a rule between epochs acts."""

from typing import Annotated

from pydantic import Field

from sculpt.core.settings import Section


class Settings(Section):
    until: Annotated[float, Field(gt=0, le=1, description="share of the schedule's epochs after which the mask stays")]


def last_update(until: float, epochs: int) -> int:
    """The last epoch at whose end a rule acts: the whole number of epochs in that share, and never the last epoch."""
    return min(int(round(until * epochs, 9)), epochs - 1)
