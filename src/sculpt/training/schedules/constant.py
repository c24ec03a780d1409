"""Linear warm-up, then the peak."""

from typing import Any

from sculpt.training import warmup


class Settings(warmup.Settings):
    pass


def share(progress: float, cycle: float, settings: dict[str, Any]) -> float:
    return warmup.rise(progress, settings["warmup"] / cycle)
