"""The share of kept weights that change their sign, through the cycles of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting import style
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.legends import legend
from sculpt.plotting.panels import say
from sculpt.plotting.settings import FigureSettings

if TYPE_CHECKING:
    from sculpt.statistics.tables import Tables

TABLES = ("flipped_signs",)
CAPTION = """The share of the weights kept before and after a cycle whose sign the cycle changes, per run. Means over
the seeds."""


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Tables, settings: dict[str, Any]) -> Drawn:
    """One line per run. Table columns: run, cycle, flipped_mean and _sd (0 to 1), seeds."""
    from matplotlib.figure import Figure

    from sculpt.statistics.pooling import pooled

    rows = tables.flipped_signs.dropna(subset=["flipped"])
    points = pooled(rows, ["run", "cycle"], "flipped", "changed_signs")
    figure = Figure((settings["width"], 3.6), layout="constrained")
    axes = figure.subplots()
    if points.empty:
        say(axes, "This experiment has no run of several nodes.")
        return Drawn(figure, points)
    for run, line in points.groupby("run"):
        axes.plot(line["cycle"], line["flipped_mean"], marker="o", label=run)
    axes.set_xticks(sorted(points["cycle"].unique()))
    axes.set_xlabel("cycle")
    axes.set_ylabel("share of changed signs")
    legend(figure, axes.get_lines())
    return Drawn(figure, points)
