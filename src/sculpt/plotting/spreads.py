"""Points with error bars, moved aside where others would hide them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting.looks import look_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import Series


def draw_spread(axes: Axes, series: str, aside: float, x: Series, mean: Series, sd: Series, **changes: Any) -> None:
    """Points of a series with error bars, `aside` typographic points to the right, so that others are seen."""
    from matplotlib.transforms import ScaledTranslation

    place = axes.transData + ScaledTranslation(aside / 72, 0, axes.figure.dpi_scale_trans)
    bars = {"elinewidth": 0.7, "capsize": 1.5, "capthick": 0.7}
    drawing = look_of(series).drawing | changes
    axes.errorbar(x, mean, sd, transform=place, zorder=3, **bars, **drawing)
    # matplotlib leaves what is moved aside out of the limits of the axes.
    for end in (mean - sd.fillna(0), mean + sd.fillna(0)):
        axes.update_datalim(list(zip(x, end, strict=True)))
    axes.autoscale_view()
