"""Test accuracy against all the training that it took, in epochs and in FLOPs."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sculpt.plotting import Drawn, Tables, spread, style

METHODS = ("cyclic", "single", "long", "sculpt", "lrr", "imp", "wr")
COSTS = {
    "epochs": "training cost (epochs;\nequal costs side by side)",
    "train_flops": "training cost (FLOPs)",
}
BESIDE = {"sculpt": -4, "long": 4, "lrr": -4, "wr": 4}
"""Typographic points that these are drawn beside their epochs, which other methods take as well."""
FILLS = ({}, {"markerfacecolor": "white"})
BY = ["target_density", "mask", "method", "start_density", "node", "cycle"]


@style.applied()
def draw(tables: Tables, settings: dict) -> Drawn:
    """One row for each of `cost_densities` that the experiment has; epochs on the left, FLOPs on the right.

    A cost counts the whole path of a run, trunks and dense phases included; FLOPs are those of kept weights. Runs of as
    many epochs are drawn side by side, FLOPs where they are.
    Cyclic training is a curve over its cycles, whose first point is the single run; SCULPT starts where
    validation chose. Filled markers: the first mask method, and methods that draw no mask; open ones: the
    second. Table columns: target_density (the row), mask, method, start_density, node, cycle,
    test_accuracy_mean and _sd (percent), seeds, cost (the column: epochs or train_flops), cost_mean.
    """
    points = _points(tables, settings["cost_densities"])
    densities = points["target_density"].unique()
    rows = max(len(densities), 1)
    figure = Figure((settings["width"], 1.75 * rows + 0.6), layout="constrained")
    if points.empty:
        style.say(figure.subplots(), "This experiment has no result at the densities of this figure.")
        return Drawn(figure, points)
    grid = figure.subplots(rows, len(COSTS), sharex="col", sharey="row", squeeze=False)
    masks = list(points["mask"].dropna().unique())
    for axes_row, density in zip(grid, densities, strict=True):
        for axes, cost in zip(axes_row, COSTS, strict=True):
            of_panel = points[(points["target_density"] == density) & (points["cost"] == cost)]
            _draw_panel(axes, of_panel, masks)
            axes.set_title(f"density {style.decimal(density)}")
            axes.set_xlabel(COSTS[cost])
            axes.set_ylabel("test accuracy (%)\nmean ± sd")
            axes.label_outer()
    flops = points.loc[points["cost"] == "train_flops", "cost_mean"]
    room = ((settings["width"] - 0.7) / len(COSTS) - 0.1) * 72 / style.SCIENTIFIC
    style.log_axis(grid[0, 1].xaxis, flops.min() / 1.3, flops.max() * 1.3, style.scientific, room)
    grey = {"color": "0.35", "marker": "o", "markersize": 4, "linestyle": ""}
    fills = [
        Line2D([], [], label=f"{style.mask_look(mask).label} masks", **grey | fill)
        for mask, fill in zip(masks, FILLS, strict=False)
    ]
    methods = style.handles(points["method"])
    for handle in methods:
        if handle.get_label() != style.METHODS["cyclic"].label:
            handle.set_linestyle("")
    style.legend(figure, methods + (fills if len(fills) > 1 else []))
    return Drawn(figure, points)


def _points(tables: Tables, densities: list[float]) -> pd.DataFrame:
    rows = tables.compared[tables.compared["selected"].astype(bool)]
    masks = rows["mask"].dropna().unique()[: len(FILLS)]
    rows = rows[rows["method"].isin(METHODS) & (rows["mask"].isna() | rows["mask"].isin(masks))]
    found = []
    for density in dict.fromkeys(densities):
        at_density = rows[rows["target_density"] == density]
        accuracy = spread(at_density, BY, "test_accuracy")
        for cost in COSTS:
            mean = spread(at_density, BY, cost)[f"{cost}_mean"]
            found.append(accuracy.assign(cost=cost, cost_mean=mean))
    return pd.concat(found, ignore_index=True)


def _draw_panel(axes: Axes, points: pd.DataFrame, masks: list[str]) -> None:
    # The single run lies on the first point of the curve, so it is drawn after it.
    lines = points.groupby(["method", "mask"], dropna=False)
    for (method, mask), line in sorted(lines, key=lambda line: METHODS.index(line[0][0])):
        place = masks.index(mask) if mask in masks else 0
        joined = {} if method == "cyclic" else {"linestyle": ""}
        mean, sd = line["test_accuracy_mean"], line["test_accuracy_sd"]
        aside = BESIDE.get(method, 0) + 2.5 * place if line["cost"].iloc[0] == "epochs" else 0
        style.draw_spread(axes, method, aside, line["cost_mean"], mean, sd, **FILLS[place] | joined)
