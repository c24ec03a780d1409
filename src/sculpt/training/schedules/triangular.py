"""From `start` times the peak up to the peak at the end of the warm-up, then down to zero."""

from typing import Annotated, Any

from pydantic import Field

from sculpt.training import warmup


class Settings(warmup.Settings):
    start: Annotated[float, Field(ge=0, le=1, description="share of the peak at which the warm-up begins")]


def share(progress: float, cycle: float, settings: dict[str, Any]) -> float:
    rising = settings["warmup"] / cycle
    if progress < rising:
        return warmup.rise(progress, rising, settings["start"])
    return (1 - progress) / (1 - rising)
