"""Log axes whose labels are true and apart, and numbers as labels."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from sculpt.plotting.style import SMALLEST_FONT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis


def decimal(density: float) -> str:
    """A density as the shortest decimal that reads back the same (0.05, 0.32768)."""
    import numpy as np

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
