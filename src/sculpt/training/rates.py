"""Learning-rate schedules: functions from the progress of a cycle to a share of the peak rate."""

import math
from typing import Any

import numpy as np


def learning_rates(settings: dict[str, Any], peak: float, epochs: int, steps: int, stretch: int = 1) -> list[float]:
    """The rate of each of the `steps` steps of one schedule over `epochs` epochs.

    Times in `settings` (warm-up, drops) are epochs of one cycle; `stretch` cycles' worth of epochs stretch them alike.
    A step takes the value in its middle, so no step is spent at rate zero and a stretched schedule has the same shape.
    """
    cycle = epochs / stretch
    progress = (np.arange(steps) + 0.5) / steps
    shape = {"step": _step, "triangular": _triangular, "cosine": _cosine, "constant": _constant}[settings["name"]]
    warmup = settings["warmup"] / cycle
    return [peak * shape(p, warmup, cycle, settings) for p in progress.tolist()]


def _rise(progress: float, warmup: float, start: float = 0.0) -> float:
    return start + (1 - start) * progress / warmup if progress < warmup else 1.0


def _step(progress: float, warmup: float, cycle: float, settings: dict[str, Any]) -> float:
    held = settings.get("warmup_factor")
    if held is not None and progress < warmup:
        return held
    passed = sum(progress >= drop / cycle for drop in settings["drops"])
    return _rise(progress, warmup) * settings["factor"] ** passed


def _triangular(progress: float, warmup: float, cycle: float, settings: dict[str, Any]) -> float:
    if progress < warmup:
        return _rise(progress, warmup, settings["start"])
    return (1 - progress) / (1 - warmup)


def _cosine(progress: float, warmup: float, cycle: float, settings: dict[str, Any]) -> float:
    if progress < warmup:
        return _rise(progress, warmup)
    return 0.5 * (1 + math.cos(math.pi * (progress - warmup) / (1 - warmup)))


def _constant(progress: float, warmup: float, cycle: float, settings: dict[str, Any]) -> float:
    return _rise(progress, warmup)
