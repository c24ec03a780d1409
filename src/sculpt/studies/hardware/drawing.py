"""What the figures of the study share: looks of profiles and controls, points with bars, a note under a figure."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sculpt.plotting.axes import decimal, density_axis
from sculpt.plotting.looks import Look, look_of
from sculpt.plotting.style import SMALLEST_FONT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from pandas import DataFrame, Series

    from sculpt.studies.hardware.effects import LeftOut

SEED, REPEAT = "another seed", "repeat"
"""The controls, as figures name them."""
_CONTROLS = {SEED: Look(SEED, "#000000", "o", "--"), REPEAT: Look(REPEAT, "#777777", "_", ":")}
_PROFILES = (
    ("#0072B2", "s"),
    ("#D55E00", "^"),
    ("#009E73", "D"),
    ("#CC79A7", "v"),
    ("#E69F00", "X"),
    ("#56B4E9", "<"),
    ("#8A5A2B", "*"),
    ("#332288", "P"),
)
"""The colours of Okabe and Ito (2008), as the methods have them; then they begin again, with another line."""
_LINES = ("-", "-.", ":")
_MARGIN = 1.45
"""From the outermost densities to the ends of their axis, a factor."""


def looks(names: Iterable[str]) -> dict[str, Look]:
    """A look for each profile, in the order given, then for the controls among them."""
    given = list(dict.fromkeys(names))
    found = {}
    for place, name in enumerate(name for name in given if name not in _CONTROLS):
        color, marker = _PROFILES[place % len(_PROFILES)]
        found[name] = Look(name, color, marker, _LINES[place // len(_PROFILES) % len(_LINES)])
    return found | {name: look for name, look in _CONTROLS.items() if name in given}


def every_density(axes: Axes, densities: Iterable[float], inches: float) -> None:
    """The density axis of the other figures, with room for markers beside each other at its ends.

    What finds no room among its labels has one in a second line; what finds none there has a tick alone. `inches` is
    the length of the axis.
    """
    values = sorted(set(densities), reverse=True)
    left, right = _MARGIN * values[0], values[-1] / _MARGIN
    first = _labelled(axes, values, inches, left / right)
    second = _labelled(axes, [value for value in values if value not in first], inches, left / right)
    labels = {value: decimal(value) for value in first} | {value: f"\n{decimal(value)}" for value in second}
    axes.set_xlim(left, right)
    axes.set_xticks(values, labels=[labels.get(value, "") for value in values])
    axes.minorticks_off()


def _labelled(axes: Axes, values: Sequence[float], inches: float, ends: float) -> list[float]:
    """Those of `values` that the density axis labels on an axis of such a length; ends: the ratio of its ends."""
    if not values:
        return []
    own = math.log(1.25**2 * max(values) / min(values))
    density_axis(axes, values, inches * own / math.log(ends))
    return [value for value in values if value in set(axes.get_xticks())]


def spread(axes: Axes, look: Look, aside: float, x: Series, y: Series, sd: Series, **changes: Any) -> None:
    """Points with error bars, `aside` typographic points to the right; an empty sd has no bar."""
    from matplotlib.transforms import ScaledTranslation

    place = axes.transData + ScaledTranslation(aside / 72, 0, axes.figure.dpi_scale_trans)
    bars = {"elinewidth": 0.7, "capsize": 1.5, "capthick": 0.7}
    axes.errorbar(x, y, sd, transform=place, **bars, **{"zorder": 3} | look.drawing | changes)
    for end in (y - sd.fillna(0), y + sd.fillna(0)):
        axes.update_datalim(list(zip(x, end, strict=True)))
    axes.autoscale_view()


def marker(name: str) -> dict[str, Any]:
    """The marker of a series where points stand for networks; the dense network, a line elsewhere, has a plus."""
    drawing = look_of(name).drawing
    if not drawing["marker"]:
        return {"marker": "P", "markersize": 4.4}
    return {"marker": drawing["marker"], "markersize": 0.8 * drawing["markersize"]}


def in_thousands(value: float) -> str:
    """A number as a label: 0.3, 30k, 2M."""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def entry(label: str, **drawing: Any) -> Line2D:
    """A legend entry; of no line where `drawing` has none."""
    from matplotlib.lines import Line2D

    return Line2D([], [], label=label, **{"linestyle": ""} | drawing)


def left_out_words(found: Sequence[LeftOut]) -> str:
    """The profiles that are no result: `Changes nothing on this machine: a, b. No CUDA device: c.`; may be empty."""
    why: dict[str, list[str]] = {}
    for name, reason in found:
        why.setdefault(reason, []).append(name)
    return " ".join(f"{reason[0].upper()}{reason[1:]}: {', '.join(names)}." for reason, names in why.items())


def half_words(found: DataFrame) -> str:
    """The networks that claims leave out of their mean (`accurate.inaccurate`); empty without any."""
    from sculpt.studies.hardware.words import less_than_half

    return "" if found.empty else f"Open markers, left out of claims: {less_than_half(found)}."


def note(figure: Figure, text: str) -> None:
    """A note under the whole figure, above its legend where it has one, in lines of its width."""
    together = text.replace(" %", "\N{NO-BREAK SPACE}%")
    wrapped = textwrap.fill(together, int(figure.get_figwidth() * 72 / (0.56 * SMALLEST_FONT)))
    if figure.legends and text:
        figure.legends[0].set_title(wrapped, prop={"size": SMALLEST_FONT})
        figure.legends[0].get_title().set_color("0.35")
    elif text:
        figure.supxlabel(wrapped, fontsize=SMALLEST_FONT, color="0.35")
