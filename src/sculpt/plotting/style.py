"""One look for all figures: fonts and lines, the colour and marker of each method, spreads, axes, legends."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

import matplotlib.style
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import ScaledTranslation
from pandas import Series

SMALLEST_FONT = 7.0
LABEL_FONT = 8.0
MOST_COLUMNS = 3

_STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 7.5,
    "axes.titlesize": LABEL_FONT,
    "axes.labelsize": LABEL_FONT,
    "xtick.labelsize": SMALLEST_FONT,
    "ytick.labelsize": SMALLEST_FONT,
    "legend.fontsize": 7.5,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "0.92",
    "grid.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 1.1,
    "legend.frameon": False,
    "legend.handlelength": 2.2,
    "legend.columnspacing": 1.2,
    "svg.hashsalt": "sculpt",
    "svg.fonttype": "path",
}

# As a context or a decorator. From matplotlib's own defaults, so that the reader's matplotlibrc changes no byte.
applied = partial(matplotlib.style.context, ["default", _STYLE])

_MARKER_SIZES = {"": 0, "*": 7, "X": 4.8, "^": 4.5, "v": 4.5, "o": 3.8, "s": 3.6, "D": 3.5}


class Look(NamedTuple):
    label: str
    color: str
    marker: str
    line: str = "-"

    @property
    def drawing(self) -> dict[str, Any]:
        """The arguments of a matplotlib line; marker sizes that look alike."""
        size = _MARKER_SIZES.get(self.marker, 6)
        return {"color": self.color, "marker": self.marker, "linestyle": self.line, "markersize": size}


# The colours of Okabe and Ito (2008), which colour-blind readers tell apart; grey in place of their yellow.
METHODS = {
    "dense": Look("dense", "#777777", ""),
    "single": Look("single", "#56B4E9", "o"),
    "cyclic": Look("cyclic", "#0072B2", "s"),
    "long": Look("long", "#009E73", "D"),
    "sculpt": Look("SCULPT", "#D55E00", "*"),
    "lrr": Look("LRR", "#000000", "^", "--"),
    "imp": Look("IMP", "#CC79A7", "v", "--"),
    "wr": Look("WR", "#E69F00", "X", "--"),
}
MASKS = {
    "erk": Look("ERK", "#0072B2", "s"),
    "balanced": Look("balanced", "#56B4E9", "D"),
    "uniform": Look("uniform", "#777777", "o"),
    "snip": Look("SNIP", "#E69F00", "v", "--"),
    "grasp": Look("GraSP", "#CC79A7", "X", "--"),
    "synflow": Look("SynFlow", "#009E73", "^", "--"),
    "magnitude": Look("magnitude", "#D55E00", "*", "--"),
}
BAND = {"alpha": 0.18, "linewidth": 0}


def mask_look(method: str) -> Look:
    """The look of a mask method; one that MASKS does not know is black, with its first letter as its marker."""
    return MASKS.get(method) or Look(method, "#000000", f"${method[0].upper()}$", ":")


def panels(count: int, width: float, xlabel: str, ylabel: str) -> tuple[Figure, list[Axes]]:
    """A figure, `width` inches wide, of `count` panels (at least one) with equal axes, labelled outside."""
    count = max(count, 1)
    rows = math.ceil(count / MOST_COLUMNS)
    columns = math.ceil(count / rows)
    figure = Figure((width, 2.4 * rows + 0.3), layout="constrained")
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    for unused in grid[count:]:
        unused.remove()
    for axes in grid[max(count - columns, 0) : count]:
        axes.set_xlabel(xlabel)
        axes.tick_params(labelbottom=True)
    for axes in grid[:count:columns]:
        axes.set_ylabel(ylabel)
    return figure, list(grid[:count])


def draw_spread(axes: Axes, method: str, aside: float, x: Series, mean: Series, sd: Series, **changes: Any) -> None:
    """Points of a method with error bars, `aside` typographic points to the right, so that others are seen."""
    place = axes.transData + ScaledTranslation(aside / 72, 0, axes.figure.dpi_scale_trans)
    bars = {"elinewidth": 0.7, "capsize": 1.5, "capthick": 0.7}
    drawing = METHODS[method].drawing | changes
    axes.errorbar(x, mean, sd, transform=place, zorder=3, **bars, **drawing)
    # matplotlib leaves what is moved aside out of the limits of the axes.
    for end in (mean - sd.fillna(0), mean + sd.fillna(0)):
        axes.update_datalim(list(zip(x, end, strict=True)))
    axes.autoscale_view()


def legend(figure: Figure, handles: Sequence[Artist]) -> None:
    """A legend under the whole figure, in reading order, in as few rows as its width allows."""
    room = figure.get_figwidth() * 72 / _STYLE["legend.fontsize"]
    for rows in range(1, len(handles) + 1):
        columns = math.ceil(len(handles) / rows)
        by_column = [handles[column::columns] for column in range(columns)]
        # In units of the font size: a handle with its gaps, and a rough 0.6 a character.
        widths = [4.2 + 0.6 * max(len(handle.get_label()) for handle in column) for column in by_column]
        if sum(widths) < room:
            break
    figure.legend(handles=list(chain(*by_column)), loc="outside lower center", ncols=columns)


def handles(methods: Iterable[str]) -> list[Line2D]:
    """Legend entries for those of `methods` that are lines, in the order of METHODS."""
    present = set(methods)
    return [
        Line2D([], [], label=look.label, **look.drawing)
        for method, look in METHODS.items()
        if method in present and look.marker
    ]


def say(axes: Axes, sentence: str) -> None:
    """A sentence in place of data."""
    axes.axis("off")
    axes.text(0.5, 0.5, sentence, transform=axes.transAxes, ha="center", va="center", wrap=True)


def decimal(density: float) -> str:
    """A density as the shortest decimal that reads back the same (0.05, 0.32768)."""
    return np.format_float_positional(density, trim="-")


def density_axis(axes: Axes, densities: Iterable[float], inches: float) -> None:
    """A log axis, sparser to the right, labelled with densities; `inches` is the length of the axis.

    Where not all labels find room, the rounder densities keep theirs, then those that occur more often.
    """
    times = Counter(densities)
    values = sorted(times)
    low, high = values[0] / 1.25, values[-1] * 1.25
    axes.set_xscale("log")
    axes.set_xlim(high, low)
    characters = inches * 72 / (0.62 * SMALLEST_FONT) / math.log(high / low)
    labelled: dict[float, str] = {}
    for value in sorted(values, key=lambda v: (len(decimal(v).strip("0.")), -times[v], -v)):
        text = decimal(value)
        if all(
            abs(math.log(value / other)) * characters > (len(text) + len(beside)) / 2 + 1
            for other, beside in labelled.items()
        ):
            labelled[value] = text
    axes.set_xticks(list(labelled), labels=list(labelled.values()))
    axes.minorticks_off()


_LOG_STEPS = (
    (5, 10 / 9, (1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9)),
    (30, 2, (1, 2, 5)),
    (300, 3, (1, 3)),
    (math.inf, math.inf, (1,)),
)
"""Labels within a decade: for which ratio of the axis' ends, and the smallest ratio of two of them."""


def log_axis(axis: Axis, low: float, high: float, label: Callable[[float], str], room: float = math.inf) -> None:
    """A log axis from `low` to `high`, labelled at powers of ten, and between them where those are few.

    `high` is at least 1.6 times `low`. room: how many labels the length of the axis would hold, at least 3.
    """
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ends = high / low
    steps = next(steps for most, nearest, steps in _LOG_STEPS if ends < most and ends < nearest**room)
    ticks = [float(f"{step}e{exponent}") for exponent in exponents for step in steps]
    shown = [tick for tick in ticks if low <= tick <= high]
    axis.axes.set(**{f"{axis.axis_name}scale": "log", f"{axis.axis_name}lim": (low, high)})
    axis.set_ticks(shown, labels=[label(tick) for tick in shown])
    axis.axes.minorticks_off()


SCIENTIFIC = 30
"""Typographic points that a number of this kind takes along an axis, with a gap."""


def scientific(value: float) -> str:
    """A large number, as 2·10¹⁰."""
    digits, exponent = f"{value:.1e}".split("e")
    power = f"10^{{{int(exponent)}}}"
    return f"${power}$" if digits == "1.0" else rf"${float(digits):g}{{\cdot}}{power}$"
