"""Points with error bars, moved aside where others would hide them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting.looks import look_of
from sculpt.statistics.intervals import ENDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame, Series

_BARS = {"elinewidth": 0.7, "capsize": 1.5, "capthick": 0.7}


def draw_spread(axes: Axes, series: str, aside: float, x: Series, mean: Series, sd: Series, **changes: Any) -> None:
    """Points of a series with error bars, `aside` typographic points to the right, so that others are seen."""
    _draw(axes, aside, x, mean, sd, (sd.fillna(0), sd.fillna(0)), look_of(series).drawing | changes)


def draw_intervals(axes: Axes, x: Any, points: DataFrame, value: str, aside: float = 0.0, **drawing: Any) -> None:
    """Rows of `sculpt.statistics.intervals` at `x`, with bars where there is an interval; aside as above."""
    mean, low, high = (points[f"{value}_{end}"] for end in ENDS)
    ends = (mean - low).fillna(0), (high - mean).fillna(0)
    _draw(axes, aside, x, mean, ends, ends, drawing)


def _draw(axes: Axes, aside: float, x: Any, mean: Series, bars: Any, ends: Any, drawing: dict[str, Any]) -> None:
    from matplotlib.transforms import ScaledTranslation

    place = axes.transData + ScaledTranslation(aside / 72, 0, axes.figure.dpi_scale_trans)
    axes.errorbar(x, mean, bars, transform=place, **{"zorder": 3, **_BARS} | drawing)
    # matplotlib leaves what is moved aside out of the limits of the axes.
    for end in (mean - ends[0], mean + ends[1]):
        axes.update_datalim(list(zip(x, end, strict=True)))
    axes.autoscale_view()
