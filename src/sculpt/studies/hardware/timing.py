"""How long calls take beside each other, and the energy that is used meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import quantiles
from time import perf_counter
from typing import TypeVar

import torch

from sculpt.studies.hardware.energy import Since

Key = TypeVar("Key", bound=Hashable)
WARM_UP = 3
"""Calls before the first that is measured."""


@dataclass
class Timed:
    """Of one call: seconds of each round, and the joules of all of them (None: nothing tells)."""

    seconds: list[float] = field(default_factory=list)
    joules: float | None = None

    @property
    def quartiles(self) -> tuple[float, float, float]:
        """The lower quartile, the median and the upper quartile of the seconds; between two values, linearly."""
        lower, median, upper = quantiles(self.seconds, n=4, method="inclusive")
        return lower, median, upper

    @property
    def joules_each(self) -> float | None:
        return None if self.joules is None else self.joules / len(self.seconds)


def in_turn(
    calls: Mapping[Key, Callable[[], object]],
    rounds: int,
    meters: Mapping[Key, Since],
    clock: Callable[[], float] = perf_counter,
) -> dict[Key, Timed]:
    """Each call once per round, one after the other, so that what else the machine does meets all of them alike.

    rounds: at least 2. meters: what tells the energy of each call. clock: seconds.
    """
    for call in calls.values():
        for _ in range(WARM_UP):
            call()
    found = {key: Timed() for key in calls}
    for _ in range(rounds):
        for key, call in calls.items():
            since, timed = meters[key](), found[key]
            start = clock()
            call()
            timed.seconds.append(clock() - start)
            if since is not None:
                timed.joules = (timed.joules or 0.0) + since()
    return found


@contextmanager
def one_thread() -> Iterator[None]:
    """torch computes on one thread of the CPU."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
