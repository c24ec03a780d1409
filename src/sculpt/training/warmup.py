"""The warm-up that every schedule begins with."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from sculpt.core.settings import Section


class Settings(Section):
    warmup: Annotated[float, Field(ge=0, description="epochs")]

    def faults(self, around: Any) -> Iterator[str]:
        if self.warmup >= around.epochs:
            yield f"warmup: {self.warmup:g} epochs do not fit; allowed: less than epochs ({around.epochs})"


def rise(progress: float, warmup: float, start: float = 0.0) -> float:
    """The share of the peak rate at `progress`: from `start` in a straight line to 1 at `warmup`, and 1 after it."""
    return start + (1 - start) * progress / warmup if progress < warmup else 1.0
