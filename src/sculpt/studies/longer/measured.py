"""Means over seeds of several columns at once, and their intervals, for the tables and findings of figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sculpt.core.rounding import rounded
from sculpt.statistics.pooling import pooled

if TYPE_CHECKING:
    from pandas import DataFrame, Series

CONFIDENCE = 0.95


def measured(rows: DataFrame, by: Sequence[str], values: Sequence[str], reader: str) -> DataFrame:
    """`by`, mean and standard deviation over seeds of each of `values`, then seeds: how many the first has.

    Raises PoolingError as `pooled` does.
    """
    parts = [pooled(rows, by, value, reader) for value in values]
    found = parts[0][list(by)]
    for value, part in zip(values, parts, strict=True):
        for end in ("mean", "sd"):
            found = found.assign(**{f"{value}_{end}": part[f"{value}_{end}"].map(rounded)})
    return found.assign(seeds=parts[0]["seeds"])


def half_widths(means: DataFrame, value: str) -> Series:
    """Half of each 95 % interval (Student's t over seeds) of a `measured` value; empty for one seed."""
    return means.apply(lambda row: _half(row[f"{value}_sd"], row["seeds"]), axis=1).astype(float)


def in_words(row: Any, value: str) -> str:
    """A mean with its 95 % interval over seeds: `1.2 [0.3, 2.1]`; `1.2 [one seed]` where there is none."""
    mean, half = row[f"{value}_mean"], _half(row[f"{value}_sd"], row["seeds"])
    limits = "one seed" if math.isnan(half) else f"{mean - half:.1f}, {mean + half:.1f}"
    return f"{mean:.1f} [{limits}]"


def _half(sd: float, seeds: int) -> float:
    from scipy.special import stdtrit

    if seeds < 2 or math.isnan(sd):
        return math.nan
    return float(stdtrit(seeds - 1, (1 + CONFIDENCE) / 2)) * sd / math.sqrt(seeds)
