"""How much of a change of a group's loss Taylor's second order explains, and how loose its bound is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting import axes as scales
from sculpt.plotting import style
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.legends import legend
from sculpt.plotting.panels import say
from sculpt.plotting.settings import FigureSettings
from sculpt.studies.hardware.drawing import entry, looks, note

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

    from sculpt.plotting.looks import Look

TABLES = ("summary", "hardware", "profiles", "taylor")
CAPTION = """What training under another execution profile does to a group's loss, against Taylor's expansion around the
plain network. A point is one group of one network under one profile; values are medians over seeds of absolute values.
Left: the bound of second order, in gradient norm, largest eigenvalue and distance of the two networks. The ratio above
says how loose it is: with 1 it is tight, and where it is large the bound holds without telling anything. A red ring is
a group whose loss grows beyond the bound in some seed. Right: the remainder, which the second order leaves of a step
that keeps batch norm's running statistics as the plain network has them; where its ratio is above 1 it is larger than
the change, and the expansion explains nothing there. A dotted line, where a panel reaches it, marks equal values. The
bound is about small steps; that it holds for steps as large as training makes is not claimed. Points without a change,
bound or remainder have no place on logarithmic axes. Definitions are of this project."""

PANELS = {
    "bound": ("bound of second order (nats)", "bound / change"),
    "remainder": ("remainder of second order (nats)", "remainder / change"),
}
BESIDE = 4.6
"""From this width on, in inches, the panels stand side by side."""
LABELS = ["method", "mask", "start_density", "target_density", "criterion", "transform", "cycle"]
MEASURED = ["distance", "change", "bound", "remainder", "bound_ratio", "remainder_ratio"]
COLUMNS = [*LABELS, "profile", "group", *MEASURED, "rises_percent", "holds_percent", "seeds"]
BROKEN = {"marker": "o", "markersize": 7.5, "markerfacecolor": "none", "color": "#CC0000", "linestyle": ""}
EQUAL = {"color": "0.5", "linewidth": 0.8, "linestyle": ":"}


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """Two panels that share the change of the loss, on logarithmic axes.

    Table columns: the network's labels, profile, group (its number), medians over seeds of distance, change, bound and
    remainder (the last three absolute; nats), bound_ratio and remainder_ratio (medians of each over the absolute change
    of the same seed; empty where no seed changes), rises_percent and holds_percent (seeds whose loss grows, and whose
    change is at most the bound), seeds.
    """
    from matplotlib.figure import Figure

    points = _points(tables)
    rows = 1 if settings["width"] >= BESIDE else len(PANELS)
    figure = Figure((settings["width"], 0.5 + 2.5 * rows), layout="constrained")
    if points.empty:
        say(figure.subplots(), "This experiment has no Taylor expansion of training under another profile.")
        return Drawn(figure, points)
    grid = figure.subplots(rows, len(PANELS) // rows, sharey=True).ravel()
    looks_of = looks(points["profile"])
    room = settings["width"] / (len(PANELS) // rows) - 0.7
    for axes, (panel, (label, ratio)) in zip(grid, PANELS.items(), strict=True):
        _draw_panel(axes, points, panel, looks_of, room)
        axes.set_xlabel(label)
        axes.set_title(_middle(points[f"{panel}_ratio"], ratio), fontsize=style.SMALLEST_FONT)
    for axes in grid[:: len(PANELS) // rows]:
        axes.set_ylabel("absolute change of\nthe group's loss (nats)")
    entries = [entry(name, **look.drawing | {"linestyle": ""}) for name, look in looks_of.items()]
    if (_shown(points, "bound")["holds_percent"] < 100).any():
        entries.append(entry("bound does not hold", **BROKEN))
    if any(map(_sees_equal, grid)):
        entries.append(entry("both are equal", **EQUAL))
    legend(figure, entries)
    missing = len(points) - len(_shown(points, "bound"))
    note(figure, f"{missing} of {len(points)} points have no change or no bound." if missing else "")
    return Drawn(figure, points)


def _points(tables: Any) -> DataFrame:
    import pandas as pd

    from sculpt.core.rounding import rounded
    from sculpt.studies.hardware.effects import trained

    told = trained(tables).rows[["run", "network", "name", *LABELS]].drop_duplicates(["run", "network", "name"])
    rows = tables.taylor.merge(told, on=["run", "cycle"]).dropna(subset=["bound", "change", "remainder"])
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    change = rows["change"].abs()
    rows = rows.assign(
        rises_percent=100.0 * (rows["change"] > 0),
        holds_percent=100.0 * (rows["holds"].astype(str) == "True"),
        change=change,
        remainder=rows["remainder"].abs(),
        bound_ratio=(rows["bound"] / change).where(change > 0),
        remainder_ratio=(rows["remainder"].abs() / change).where(change > 0),
    )
    of = rows.groupby(["network", "name", "group"], sort=False)
    percent = of[["rises_percent", "holds_percent"]].mean()
    parts = [of[LABELS].first(), of[MEASURED].median().map(rounded), percent.map(rounded)]
    points = pd.concat([*parts, of["seed"].nunique().rename("seeds")], axis=1).reset_index()
    return points.rename(columns={"name": "profile"})[COLUMNS]


def _shown(points: DataFrame, panel: str) -> DataFrame:
    return points[(points["change"] > 0) & (points[panel] > 0)]


def _draw_panel(axes: Axes, points: DataFrame, panel: str, looks_of: dict[str, Look], inches: float) -> None:
    shown = _shown(points, panel)
    if shown.empty:
        return
    for name, look in looks_of.items():
        of = shown[shown["profile"] == name]
        axes.plot(of[panel], of["change"], **look.drawing | {"linestyle": "", "alpha": 0.8, "markeredgewidth": 0})
    broken = shown[shown["holds_percent"] < 100]
    if len(broken) and panel == "bound":
        axes.plot(broken[panel], broken["change"], zorder=3, **BROKEN)
    for axis, values in ((axes.xaxis, shown[panel]), (axes.yaxis, points.loc[points["change"] > 0, "change"])):
        room = 72 * inches / scales.SCIENTIFIC if axis is axes.xaxis else 6
        scales.log_axis(axis, values.min() / 1.7, values.max() * 1.7, _label, max(room, 3))
    if _sees_equal(axes):
        ends = [*axes.get_xlim(), *axes.get_ylim()]
        axes.plot([min(ends), max(ends)], [min(ends), max(ends)], scalex=False, scaley=False, zorder=1, **EQUAL)


def _sees_equal(axes: Axes) -> bool:
    """Whether the points where both sides are equal lie within the panel."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    return axes.get_xscale() == "log" and left < top and bottom < right


def _label(value: float) -> str:
    """A plain number from a thousandth to a thousand, else with a power of ten."""
    return f"{value:g}" if 1e-3 <= value < 1e4 else scales.scientific(value)


def _middle(ratios: Any, words: str) -> str:
    found = ratios.dropna()
    return "" if found.empty else f"{words}: median {_label(float(f'{found.median():.1e}'))}"
