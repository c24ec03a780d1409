"""The dense network through repeated cycles, against the levels of LRR and WR (figure 2)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sculpt.plotting import axes as scales
from sculpt.plotting import style
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.findings import tell
from sculpt.plotting.ladders import ladders
from sculpt.plotting.legends import handle, legend
from sculpt.plotting.panels import say
from sculpt.plotting.settings import FigureSettings
from sculpt.studies.longer.drawing import band, look, shade_better, spread
from sculpt.studies.longer.measured import in_words, measured
from sculpt.studies.longer.runs import DENSE, above, best_on_validation, ends, finished, of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

TABLES = ("summary", "history")
NEEDS = ("dense", "lrr", "wr")
CAPTION = """Figures 2a, 2b and perhaps 2c of the paper, as public reviews describe them: a dense network that repeats
the learning-rate schedule reaches or exceeds the best accuracy of LRR and of WR, and the green band is what is better
than the dense network. Here: test accuracy (left) and training loss (right) of the dense network after each of its
cycles, and of LRR and WR after each level, at equal epochs one above the other. Below the number of cycles stands the
density of the level. The band begins at the dense network after one cycle. Points are means over the seeds, bars one
standard deviation. Ours: the axis is cycles, since the dense network has no sparsity; the paper's network is ResNet-20
on CIFAR-10, and its values were not found."""

METHODS = (DENSE, "lrr", "wr")
BESIDE = 1.5
"""Typographic points between two methods at one cycle."""
LETTER = 0.07
"""Inches that a letter of a label takes at most, with its share of a gap."""
BY = ["method", "run", "target_density", "cycle", "epochs"]
VALUES = ["test_accuracy", "val_accuracy", "train_loss", "gain", "ahead"]
PANELS = {"test_accuracy": "test accuracy (%)\nmean ± sd", "train_loss": "training loss (nats)\nmean ± sd"}


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """Two panels over the cycles: test accuracy and the training loss of the last epoch.

    Of several ladders the longest is drawn. Table columns: method, run, target_density, cycle (in all), epochs,
    test_accuracy_mean and _sd, val_accuracy_mean and _sd (percent), train_loss_mean and _sd (nats), gain_mean and _sd
    (points of test accuracy above the dense network after one cycle, by seed), ahead_mean and _sd (points above the
    dense network of as many epochs, empty where it has none), seeds, best (of its method on validation, of equal ones
    the fewest cycles).
    """
    from matplotlib.figure import Figure

    points = _points(tables)
    figure = Figure((settings["width"], 2.7), layout="constrained")
    if points.empty:
        say(figure.subplots(), "This experiment has no dense network of the base settings.")
        return Drawn(figure, points)
    grid = figure.subplots(1, len(PANELS), sharex=True)
    for axes, (value, label) in zip(grid, PANELS.items(), strict=True):
        _draw_panel(axes, points, value, settings["width"] / len(PANELS) - 0.7)
        axes.set_ylabel(label)
    first = points[(points["method"] == DENSE) & (points["cycle"] == 1)]
    shade_better(grid[0], first["test_accuracy_mean"].item())
    losses = points["train_loss_mean"]
    scales.log_axis(grid[1].yaxis, losses.min() / 2, losses.max() * 1.4, scales.decimal)
    lines = [handle(look(method)) for method in METHODS if (points["method"] == method).any()]
    legend(figure, [*lines, band("better than dense after one cycle")])
    tell(figure, _finding(points))
    return Drawn(figure, points)


def _points(tables: Any) -> DataFrame:
    import pandas as pd

    rows = finished(tables.summary)
    dense = of(rows, DENSE)
    parts = [dense, *(_longest_ladder(ends(of(rows, method)), tables.history) for method in METHODS[1:])]
    rows = pd.concat(parts)
    rows = above(rows, dense[dense["cycle"] == 1], "gain", [], "dense_cycles")
    rows = above(rows, dense, "ahead", ["epochs"], "dense_cycles")
    best = best_on_validation(rows, ["method"], "dense_cycles")[["run", "cycle"]].drop_duplicates()
    points = measured(rows, BY, VALUES, "dense_cycles").merge(best.assign(best=True), on=["run", "cycle"], how="left")
    points["best"] = points["best"].eq(True)
    return points.sort_values(["method", "cycle"], kind="stable", ignore_index=True)


def _longest_ladder(rows: DataFrame, history: DataFrame) -> DataFrame:
    lines = ladders(rows["run"].unique(), history)
    longest = max(lines.values(), key=len, default=[])
    return rows[rows["run"].isin(longest)]


def _draw_panel(axes: Axes, points: DataFrame, value: str, inches: float) -> None:
    for method in METHODS:
        line = points[points["method"] == method]
        if len(line):
            aside = BESIDE * METHODS.index(method) - BESIDE
            spread(axes, method, aside, line["cycle"], line[f"{value}_mean"], line[f"{value}_sd"])
    sparse = points[points["method"] != DENSE].drop_duplicates("cycle").set_index("cycle")["target_density"]
    cycles = range(1, points["cycle"].max() + 1)
    texts = [f"{cycle}\n{scales.decimal(sparse[cycle])}" if cycle in sparse else f"{cycle}" for cycle in cycles]
    longest = max(len(line) for text in texts for line in text.split("\n"))
    step = math.ceil(len(cycles) * longest * LETTER / inches)
    axes.set_xticks(cycles[::step], labels=texts[::step])
    axes.set_xlabel("cycles; below, density of LRR and WR")


def _finding(points: DataFrame) -> str:
    best = points[points["best"]].set_index("method")
    dense = best.loc[DENSE]
    said = [
        f"dense after {dense['cycle']} cycles (best on validation): {dense['test_accuracy_mean']:.1f} %, "
        f"{in_words(dense, 'gain')} points above one cycle"
    ]
    for method in METHODS[1:]:
        if method not in best.index:
            continue
        row, name = best.loc[method], look(method).label
        where = f"{name}'s best level (density {scales.decimal(row['target_density'])}, {row['cycle']} cycles)"
        if row["ahead_mean"] != row["ahead_mean"]:
            said.append(f"{where} has more epochs than any dense network here")
        else:
            said.append(f"{where} minus dense at equal epochs: {in_words(row, 'ahead')} points")
    return "; ".join(said) + " (95 % over seeds)."
