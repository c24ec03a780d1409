"""One hidden neuron: from which signs it learns dense, by LRR and by IMP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting import style
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.findings import tell
from sculpt.plotting.legends import legend
from sculpt.plotting.looks import look_of
from sculpt.plotting.panels import panels
from sculpt.plotting.settings import FigureSettings

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

TABLES = ("one_neuron",)
CAPTION = """From which starts one hidden neuron a ReLU(w.x) learns ReLU(x_1): dense, and pruned to its largest weight
by LRR and by IMP (arXiv 2402.19262, which proves that LRR succeeds in more cases than IMP). A point is one start, by
w_1 and a; filled where the student ends below a mean squared error of 0.001, where those that fail end above 0.1.
The outcome depends on the signs alone: with a < 0 nothing learns; with a > 0 the dense student learns whatever the sign
of w_1, and LRR keeps what it learned; IMP goes back to the start, and fails where w_1 was negative. Ours: the step
size, the number of steps, and as many starts of each pair of signs."""


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """One panel per method.

    Table columns: method (the panel), seed, draw, w1 and a (at the start), learned.
    """
    import pandas as pd

    from sculpt.studies.signs.quadrants import NAMES, draws

    rows = draws(tables)
    parts = [
        rows.assign(method=method, learned=rows[method].astype(bool))[["method", "seed", "draw", "w1", "a", "learned"]]
        for method in NAMES
    ]
    points = pd.concat(parts, ignore_index=True)
    figure, grid = panels(len(NAMES), settings["width"], "$w_1$ at the start", "$a$ at the start")
    for axes, (method, name) in zip(grid, NAMES.items(), strict=True):
        _draw_panel(axes, points[points["method"] == method], look_of(method).color)
        axes.set_title(name)
    legend(figure, _entries())
    tell(figure, _finding(rows))
    return Drawn(figure, points)


def _draw_panel(axes: Axes, points: DataFrame, color: str) -> None:
    for learned in (False, True):
        of = points[points["learned"] == learned]
        face = color if learned else "white"
        axes.plot(of["w1"], of["a"], linestyle="", color=color, markerfacecolor=face, marker="o", markersize=3)
    for line in (axes.axhline, axes.axvline):
        line(0, color="0.6", linewidth=0.6, zorder=0)


def _entries() -> list:
    from matplotlib.lines import Line2D

    kind = {"color": "0.35", "marker": "o", "markersize": 3, "linestyle": ""}
    return [Line2D([], [], label="learns", **kind), Line2D([], [], label="fails", markerfacecolor="white", **kind)]


def _finding(rows: DataFrame) -> str:
    from sculpt.studies.signs.quadrants import NAMES, unexpected
    from sculpt.studies.signs.words import with_interval

    shares = 100 * rows.groupby("seed")[list(NAMES)].mean()
    learned = ", ".join(f"{name} {int(rows[method].sum())}" for method, name in NAMES.items())
    more = with_interval((shares["lrr"] - shares["imp"]).to_numpy(), "percent of the starts")
    odd = unexpected(rows)
    exactly = "each as its signs say" if odd == 0 else f"{odd} otherwise than their signs say"
    return f"of {len(rows)} starts, {learned} learn, {exactly}; LRR - IMP: {more}."
