"""Until when a rule between epochs acts."""

from typing import Annotated

from pydantic import Field

from sculpt.core.settings import Section, Values


class Settings(Section):
    until: Annotated[float, Field(gt=0, le=1, description="share of the schedule's epochs after which the mask stays")]


def too_short(epochs: int, settings: Values) -> str:
    """Why a rule never acts in a schedule of so many epochs; nothing where it does."""
    until = settings["until"]
    acts = last_update(until, epochs) >= 1
    return "" if acts else f"until: {until:g}; allowed: a share of at least 1 of {epochs} epochs"


def too_short_to_rewire(epochs: int, settings: Values) -> str:
    """The same of a rule whose share of replaced weights is zero at `until`: it keeps its first mask."""
    until = settings["until"]
    acts = round(until * epochs, 9) > 1
    return "" if acts else f"until: {until:g}; allowed: a share of more than 1 of {epochs} epochs"


def last_update(until: float, epochs: int) -> int:
    """The last epoch at whose end a rule acts: the whole number of epochs in that share, and never the last epoch."""
    return min(int(round(until * epochs, 9)), epochs - 1)
