"""Linear warm-up, then half a cosine down to zero."""

import math
from typing import Any

from sculpt.training import warmup


class Settings(warmup.Settings):
    pass


def share(progress: float, cycle: float, settings: dict[str, Any]) -> float:
    rising = settings["warmup"] / cycle
    if progress < rising:
        return warmup.rise(progress, rising)
    return 0.5 * (1 + math.cos(math.pi * (progress - rising) / (1 - rising)))
