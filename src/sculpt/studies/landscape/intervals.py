"""Means with their 95 % t intervals over seeds, from a figure's own table, in words."""

from __future__ import annotations

import math

from scipy.special import stdtrit

from sculpt.statistics.two_way import CONFIDENCE, Interval


def of_mean(mean: float, sd: float, seeds: int) -> Interval:
    """The paired t interval of a mean over seeds; None of one seed. sd: the sample standard deviation."""
    if seeds < 2:
        return None
    half = float(stdtrit(seeds - 1, (1 + CONFIDENCE) / 2)) * sd / math.sqrt(seeds)
    return mean - half, mean + half


def in_words(mean: float, interval: Interval) -> str:
    """`1.3 [0.9, 1.7]`; `1.3 [none]` where there is no interval."""
    between = "none" if interval is None else ", ".join(map(_digits, interval))
    return f"{_digits(mean)} [{between}]"


def _digits(value: float) -> str:
    """One decimal, two where the number is small; never -0."""
    decimals = 1 if abs(value) >= 10 else 2
    return f"{round(value, decimals) + 0.0:.{decimals}f}"
