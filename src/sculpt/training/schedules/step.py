"""Warm-up, then the rate is multiplied by `factor` at each drop (the paper-date setting)."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from sculpt.training import warmup


class Settings(warmup.Settings):
    warmup_factor: Annotated[
        float | None, Field(gt=0, le=1, description="constant share of the peak in the warm-up; absent: a linear rise")
    ] = None
    drops: Annotated[tuple[Annotated[float, Field(gt=0)], ...], Field(description="epochs from the start")]
    factor: Annotated[float, Field(gt=0, lt=1)]

    def faults(self, around: Any) -> Iterator[str]:
        yield from super().faults(around)
        for i, drop in enumerate(self.drops):
            lowest = max(self.warmup, *self.drops[:i], 0)
            if not lowest < drop < around.epochs:
                yield (
                    f"drops.{i}: {drop:g}; allowed: rising, after the warm-up and before the end of the cycle, "
                    f"here between {lowest:g} and {around.epochs}"
                )


def share(progress: float, cycle: float, settings: dict[str, Any]) -> float:
    rising = settings["warmup"] / cycle
    held = settings.get("warmup_factor")
    if held is not None and progress < rising:
        return held
    passed = sum(progress >= drop / cycle for drop in settings["drops"])
    return warmup.rise(progress, rising) * settings["factor"] ** passed
