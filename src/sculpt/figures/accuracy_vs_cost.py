"""Test accuracy against all the training that it took, in epochs and in FLOPs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sculpt.core.settings import Densities
from sculpt.plotting import axes as scales
from sculpt.plotting import densities, style
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.legends import handles, legend
from sculpt.plotting.looks import METHODS, look_of, mask_look
from sculpt.plotting.panels import say
from sculpt.plotting.series import APART, places, series
from sculpt.plotting.settings import FigureSettings
from sculpt.plotting.spreads import draw_spread

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

TABLES = ("summary",)
CAPTION = """Test accuracy against all the training that it took, in epochs (left) and in FLOPs of kept weights (right),
at the densities {densities}, under the first two mask methods. A cost counts the whole path of a run, dense phases
included; runs of as many epochs are drawn side by side, FLOPs where they are. Cyclic training is a curve over its
cycles, whose first point is the single run. ``long`` is its control: one schedule over as many epochs."""

COSTS = {
    "epochs": "training cost (epochs;\nequal costs side by side)",
    "train_flops": "training cost (FLOPs)",
}
BESIDE = {"sculpt": -4, "long": 4, "lrr": -4, "wr": 4, "lrr_equal": 8}
"""Typographic points that these are drawn beside their epochs, which other methods take as well."""
FILLS = ({}, {"markerfacecolor": "white"})
BY = ["target_density", "mask", "method", *APART, "run", "start_density", "node", "cycle"]


class Settings(FigureSettings):
    densities: Annotated[Densities, Field(description="rows of panels")]

    def faults(self, around: Any) -> Iterator[str]:
        yield from densities.refused("densities", self.densities, densities.of_results(around, masks=len(FILLS)))


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """One row for each of `densities` that the experiment has; epochs on the left, FLOPs on the right.

    A cost counts the whole path of a run, trunks and dense phases included; FLOPs are those of kept weights. Runs of as
    many epochs are drawn side by side, FLOPs where they are.
    A run that reports several cycles is a curve over them: of cyclic training, the first point is the single run.
    SCULPT starts where validation chose. Every method is drawn but the dense network, under the first two mask methods;
    coupled runs and runs of another length are not.
    Filled markers: the first one, and methods that draw no mask; open ones: the second. Table columns: target_density
    (the row), mask, method, criterion, transform, variant, run, start_density, node, cycle, test_accuracy_mean and _sd
    (percent), seeds, cost (the column: epochs or train_flops), cost_mean.
    """
    from matplotlib.figure import Figure

    points = _points(tables, settings["densities"])
    shown = points["target_density"].unique()
    rows = max(len(shown), 1)
    figure = Figure((settings["width"], 1.75 * rows + 0.6), layout="constrained")
    if points.empty:
        say(figure.subplots(), "This experiment has no result at the densities of this figure.")
        return Drawn(figure, points)
    grid = figure.subplots(rows, len(COSTS), sharex="col", sharey="row", squeeze=False)
    masks, places_of = list(points["mask"].dropna().unique()), places(series(points))
    for axes_row, density in zip(grid, shown, strict=True):
        for axes, cost in zip(axes_row, COSTS, strict=True):
            of_panel = points[(points["target_density"] == density) & (points["cost"] == cost)]
            _draw_panel(axes, of_panel, masks, places_of)
            axes.set_title(f"density {scales.decimal(density)}")
            axes.set_xlabel(COSTS[cost])
            axes.set_ylabel("test accuracy (%)\nmean ± sd")
            axes.label_outer()
    inches = (settings["width"] - 0.7) / len(COSTS) - 0.1
    # What is drawn beside its epochs needs room at the end of the axis.
    farthest = max(abs(_beside(name, places_of)) for name in places_of) + 8
    grid[0, 0].margins(x=max(0.05, farthest / (72 * inches)))
    flops = points.loc[points["cost"] == "train_flops", "cost_mean"]
    room = inches * 72 / scales.SCIENTIFIC
    scales.log_axis(grid[0, 1].xaxis, flops.min() / 1.3, flops.max() * 1.3, scales.scientific, room)
    _add_legend(figure, points, masks)
    return Drawn(figure, points)


def _points(tables: Any, chosen: list[float]) -> DataFrame:
    import pandas as pd

    from sculpt.statistics.pooling import pooled
    from sculpt.statistics.results import ordinary

    rows = ordinary(tables.compared[tables.compared["selected"].astype(bool)])
    masks = rows["mask"].dropna().unique()[: len(FILLS)]
    rows = rows[(rows["method"] != "dense") & (rows["mask"].isna() | rows["mask"].isin(masks))]
    found = []
    for density in dict.fromkeys(chosen):
        at_density = rows[rows["target_density"] == density]
        accuracy = pooled(at_density, BY, "test_accuracy", "accuracy_vs_cost")
        for cost in COSTS:
            mean = pooled(at_density, BY, cost, "accuracy_vs_cost")[f"{cost}_mean"]
            found.append(accuracy.assign(cost=cost, cost_mean=mean))
    return pd.concat(found, ignore_index=True)


def _draw_panel(axes: Axes, points: DataFrame, masks: list[str], places_of: dict[str, int]) -> None:
    lines = points.assign(series=series(points)).groupby(["series", "mask", "run"], dropna=False)
    # The single run lies on the first point of a curve, so curves are drawn first.
    for (name, mask, _run), line in sorted(lines, key=lambda item: (len(item[1]) == 1, places_of[item[0][0]])):
        fill = masks.index(mask) if mask in masks else 0
        joined = {} if len(line) > 1 else {"linestyle": ""}
        mean, sd = line["test_accuracy_mean"], line["test_accuracy_sd"]
        aside = _beside(name, places_of) + 2.5 * fill if line["cost"].iloc[0] == "epochs" else 0
        draw_spread(axes, name, aside, line["cost_mean"], mean, sd, **FILLS[fill] | joined)


def _beside(name: str, places_of: dict[str, int]) -> float:
    """Typographic points from its epochs at which a series is drawn."""
    return BESIDE.get(name, 0) if name in METHODS else 6 + 2 * (places_of[name] - len(METHODS))


def _add_legend(figure: Any, points: DataFrame, masks: list[str]) -> None:
    from matplotlib.lines import Line2D

    cycles = points.groupby(["target_density", "cost", "run"])["cycle"].transform("nunique")
    curves = {look_of(name).label for name in series(points[cycles > 1])}
    methods = handles(series(points))
    for handle in methods:
        if handle.get_label() not in curves:
            handle.set_linestyle("")
    grey = {"color": "0.35", "marker": "o", "markersize": 4, "linestyle": ""}
    fills = [
        Line2D([], [], label=f"{mask_look(mask).label} masks", **grey | fill)
        for mask, fill in zip(masks, FILLS, strict=False)
    ]
    legend(figure, methods + (fills if len(fills) > 1 else []))
