"""Means over seeds with their 95 % intervals (Student's t): as a table, as numbers and in words.

Of differences that are paired by seed the intervals are the paired ones. One seed has none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # whoever only names the figures does without pandas
    from pandas import DataFrame

    from sculpt.statistics.two_way import Interval

ENDS = ("mean", "low", "high")


def intervals(rows: DataFrame, by: Sequence[str], value: str, reader: str) -> DataFrame:
    """Columns `by`, <value>_mean, <value>_low and _high (empty for one seed), seeds: one row per group.

    Raises PoolingError as `pooled` does: where a group has two values of any other label, or two rows of one seed.
    """
    from sculpt.core.rounding import rounded
    from sculpt.statistics.pooling import pooled

    found = pooled(rows, by, value, reader)
    mean = found[f"{value}_mean"]
    halves = [half_width(*of) for of in zip(found[f"{value}_sd"], found["seeds"], strict=True)]
    ends = zip(ENDS, (mean, mean - halves, mean + halves), strict=True)
    return found[list(by)].assign(**{f"{value}_{end}": of.map(rounded) for end, of in ends}, seeds=found["seeds"])


def half_width(sd: float, seeds: int) -> float:
    """Half of the interval of a mean over seeds, NaN for one; sd: the sample standard deviation of the seeds."""
    from scipy.special import stdtrit

    from sculpt.statistics.two_way import CONFIDENCE

    if seeds < 2 or math.isnan(sd):
        return math.nan
    return float(stdtrit(seeds - 1, (1 + CONFIDENCE) / 2)) * sd / math.sqrt(seeds)


def around(mean: float, sd: float, seeds: int) -> Interval:
    """The interval of a mean over seeds; None for one seed."""
    half = half_width(sd, seeds)
    return None if math.isnan(half) else (mean - half, mean + half)


def in_words(row: Any, value: str) -> str:
    """Of a row of `intervals`: `1.2 [0.3, 2.1]`, or `1.2 [one seed]`. row: a dict, or a row of a table."""
    mean, low, high = (row[f"{value}_{end}"] for end in ENDS)
    return told(mean, None if math.isnan(low) else (low, high))


def told(mean: float, interval: Interval, digits: Callable[[float], str] = "{:.1f}".format) -> str:
    """`1.2 [0.3, 2.1]`; `1.2 [one seed]` where there is no interval."""
    between = "one seed" if interval is None else ", ".join(map(digits, interval))
    return f"{digits(mean)} [{between}]"
