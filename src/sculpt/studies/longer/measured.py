"""Means over seeds of several columns at once, and their intervals, for the tables and findings of figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sculpt.core.rounding import rounded
from sculpt.statistics.intervals import around, half_width, told
from sculpt.statistics.pooling import pooled

if TYPE_CHECKING:
    from pandas import DataFrame, Series


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
    """Half of each 95 % interval of a `measured` value; empty for one seed."""
    return means.apply(lambda row: half_width(row[f"{value}_sd"], row["seeds"]), axis=1).astype(float)


def in_words(row: Any, value: str) -> str:
    """A `measured` mean with its 95 % interval: `1.2 [0.3, 2.1]`; `1.2 [one seed]` where there is none."""
    mean = row[f"{value}_mean"]
    return told(mean, around(mean, row[f"{value}_sd"], row["seeds"]))
