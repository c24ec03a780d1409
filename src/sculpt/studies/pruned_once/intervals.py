"""Means over seeds with their 95 % intervals, as the figures of the study draw them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

ENDS = ("mean", "low", "high")


def spread(rows: DataFrame, by: Sequence[str], value: str, reader: str) -> DataFrame:
    """Columns `by`, <value>_mean, <value>_low and _high (the t interval over seeds; empty for one), seeds.

    Of a difference that is paired by seed, the interval is the paired one. Raises PoolingError as `pooled` does.
    """
    import numpy as np
    from scipy.special import stdtrit

    from sculpt.core.rounding import rounded
    from sculpt.statistics.pooling import pooled
    from sculpt.statistics.two_way import CONFIDENCE

    found = pooled(rows, by, value, reader)
    seeds = found["seeds"].to_numpy(float)
    with np.errstate(invalid="ignore"):
        half = stdtrit(seeds - 1, (1 + CONFIDENCE) / 2) * found[f"{value}_sd"] / np.sqrt(seeds)
    mean = found[f"{value}_mean"]
    ends = dict(zip(ENDS, (mean, mean - half, mean + half), strict=True))
    columns = {f"{value}_{end}": numbers.map(rounded) for end, numbers in ends.items()}
    return found[list(by)].assign(**columns, seeds=found["seeds"])


def draw(axes: Axes, x: Any, points: DataFrame, value: str, aside: float = 0.0, **drawing: Any) -> None:
    """Points with their intervals, `aside` typographic points to the right, so that others are seen."""
    from matplotlib.transforms import ScaledTranslation

    mean, low, high = (points[f"{value}_{end}"] for end in ENDS)
    bars = {"elinewidth": 0.7, "capsize": 1.5, "capthick": 0.7, "zorder": 3}
    place = axes.transData + ScaledTranslation(aside / 72, 0, axes.figure.dpi_scale_trans)
    below, above = ((end - mean).abs().fillna(0) for end in (low, high))
    axes.errorbar(x, mean, [below, above], transform=place, **bars | drawing)
    for end in (mean - below, mean + above):  # matplotlib leaves what is moved aside out of the limits of the axes
        axes.update_datalim(list(zip(x, end, strict=True)))
    axes.autoscale_view()


def in_words(row: dict[str, Any], value: str) -> str:
    """`6.4 [4.0, 8.3]`; without an interval where there is none."""
    mean, low, high = (row[f"{value}_{end}"] for end in ENDS)
    return f"{mean:.1f}" + (f" [{low:.1f}, {high:.1f}]" if low == low else "")
