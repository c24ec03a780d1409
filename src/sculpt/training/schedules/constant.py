"""Linear warm-up, then the peak; `decay` has it fall in a straight line to zero at the end."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from sculpt.training import warmup


class Settings(warmup.Settings):
    decay: Annotated[
        float | None, Field(gt=0, description="epochs at the end in which the rate falls to zero; absent: none")
    ] = None

    def faults(self, around: Any) -> Iterator[str]:
        yield from super().faults(around)
        left = around.epochs - self.warmup
        if self.decay is not None and self.decay > left > 0:
            yield f"decay: {self.decay:g} epochs do not fit; allowed: at most what the warm-up leaves ({left:g})"


def share(progress: float, cycle: float, settings: dict[str, Any]) -> float:
    decay = settings.get("decay")
    if decay is not None and progress > 1 - decay / cycle:
        return (1 - progress) * cycle / decay
    return warmup.rise(progress, settings["warmup"] / cycle)
