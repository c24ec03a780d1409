"""Linear warm-up, the peak, then a straight line to zero at the end (Hu et al. 2024, arXiv 2404.06395)."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from sculpt.training import warmup


class Settings(warmup.Settings):
    decay: Annotated[float, Field(gt=0, description="epochs of the line to zero")]

    def faults(self, around: Any) -> Iterator[str]:
        yield from super().faults(around)
        if self.warmup + self.decay > around.epochs:
            yield f"decay: {self.decay:g}; allowed: with the warm-up at most epochs ({around.epochs})"


def share(progress: float, cycle: float, settings: dict[str, Any]) -> float:
    falling = (1 - progress) / (settings["decay"] / cycle)
    return min(warmup.rise(progress, settings["warmup"] / cycle), falling)
