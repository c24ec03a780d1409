"""What the figures of the study draw alike: the looks of dense networks, and the green band."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting.looks import METHODS, Look, look_of
from sculpt.plotting.spreads import draw_spread
from sculpt.plotting.style import BAND

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import YAxis
    from matplotlib.patches import Patch
    from pandas import Series

BETTER = "#009E73"
LINEAR = 2
"""Points up to which an axis of differences is linear."""
TICKS = (2, 5, 10, 20, 50, 100)
LOOKS = {
    "dense": METHODS["dense"]._replace(marker="o"),
    "dense_long": Look("dense, one schedule", METHODS["dense"].color, "D", ""),
    "one": Look("dense, one cycle", METHODS["dense"].color, "", ":"),
}
"""The dense network is a line of points here, not a level."""


def look(name: str) -> Look:
    return LOOKS.get(name) or look_of(name)


def spread(axes: Axes, name: str, aside: float, x: Series, mean: Series, sd: Series, **changes: Any) -> None:
    """Points with error bars in the look of the study, `aside` typographic points to the right."""
    draw_spread(axes, name, aside, x, mean, sd, **look(name).drawing | changes)


def shade_better(axes: Axes, level: float) -> None:
    """The green band: all that lies above `level`; after the axes have their limits."""
    low, high = axes.get_ylim()
    axes.axhspan(min(level, high), high, color=BETTER, zorder=0, **BAND)
    axes.set_ylim(low, high)


def band(words: str) -> Patch:
    """The band's entry in a legend."""
    from matplotlib.patches import Patch

    return Patch(color=BETTER, label=words, **BAND)


def symmetric_axis(axis: YAxis, means: Series, sds: Series) -> None:
    """An axis of differences: linear up to LINEAR either way, logarithmic beyond, with the ends of all bars on it."""
    low, high = (means - sds.fillna(0)).min(), (means + sds.fillna(0)).max()
    low, high = min(1.6 * low, -LINEAR), max(1.25 * high, LINEAR)
    axis.axes.set_yscale("symlog", linthresh=LINEAR, linscale=0.6)
    axis.axes.set_ylim(low, high)
    ticks = [*(-tick for tick in reversed(TICKS)), 0, *TICKS]
    shown = [tick for tick in ticks if low <= tick <= high]
    axis.set_ticks(shown, labels=[f"{tick:+d}" if tick else "0" for tick in shown])
    axis.axes.minorticks_off()
