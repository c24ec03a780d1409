"""What the figures of the study share: the looks of weights and masks, points with their intervals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sculpt.plotting.looks import Look
from sculpt.studies.coupling.arms import FRESH, INITIAL, LRR, OTHER, RANDOM, SHUFFLED, WARM_UP, WR

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D
    from pandas import DataFrame

WEIGHTS = {
    FRESH: Look("fresh weights", "#D55E00", "o"),
    INITIAL: Look("initial weights", "#56B4E9", "D"),
    WARM_UP: Look("warm-up weights", "#0072B2", "s"),
}
MASKS = {LRR: "LRR", WR: "WR", OTHER: "other\nseed", SHUFFLED: "LRR\nshuffled", RANDOM: "random"}
"""The masks as labels of an axis, in its order."""


def with_interval(axes: Axes, rows: DataFrame, x: Iterable[float], value: str, **drawing: Any) -> None:
    """Points at `x` of the column <value>_mean, with bars from <value>_low to <value>_high, none where those are empty.

    rows: as `sculpt.statistics.intervals.intervals` gives them.
    """
    mean = rows[f"{value}_mean"]
    bars = [(mean - rows[f"{value}_low"]).fillna(0), (rows[f"{value}_high"] - mean).fillna(0)]
    axes.errorbar(list(x), mean, bars, elinewidth=0.7, capsize=1.5, capthick=0.7, zorder=3, **drawing)


def entry(label: str, **drawing: Any) -> Line2D:
    """A legend entry, of no line where `drawing` has none."""
    from matplotlib.lines import Line2D

    return Line2D([], [], label=label, **{"linestyle": ""} | drawing)


def in_words(row: Any, value: str) -> str:
    """`4.0 [1.5, 6.5]` of a row of intervals; without an interval that is said."""
    mean, low, high = (getattr(row, f"{value}_{part}") for part in ("mean", "low", "high"))
    return f"{mean:.1f} [{low:.1f}, {high:.1f}]" if low == low else f"{mean:.1f} [no interval: one seed]"
