"""Test accuracy against density: every method under each mask method, beside the dense network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting import style
from sculpt.plotting.axes import density_axis
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.ladders import ladders
from sculpt.plotting.legends import handles, legend
from sculpt.plotting.looks import look_of, mask_look
from sculpt.plotting.panels import panels, say
from sculpt.plotting.series import APART, places, series
from sculpt.plotting.settings import FigureSettings
from sculpt.plotting.spreads import draw_spread

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

TABLES = ("summary", "history")
CAPTION = """Test accuracy against the density of the trained network, one panel per mask method. Lines are means over
the seeds, error bars and the band of the dense network one standard deviation. SCULPT starts at the density that the
validation split chose. Methods that draw no mask (LRR, IMP, WR) stand in each panel. The methods do not train for
equally long: see the figure of accuracy against cost."""

BY = ["method", *APART, "run", "line", "start_density", "target_density"]


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """One panel per mask method; every method without a mask (LRR, IMP, WR) and the dense network are in every panel.

    SCULPT starts where validation chose. Runs of another criterion, transform or variant are lines of their own. Table
    columns: mask (the panel), method, criterion, transform, variant, run, line (which points are joined: of a ladder
    its last run, else the series), start_density, target_density, test_accuracy_mean and _sd (percent), seeds.
    """
    points = _points(tables.results, tables.history)
    masks = points["mask"].unique()
    labels = "density", "test accuracy (%)\nmean ± sd"
    figure, grid = panels(len(masks), settings["width"], *labels)
    sparse = points.loc[points["method"] != "dense", "target_density"]
    if sparse.empty:
        say(grid[0], "This experiment has no result below density 1.")
        return Drawn(figure, points)
    places_of = places(series(points))
    for axes, mask in zip(grid, masks, strict=True):
        _draw_panel(axes, points[points["mask"] == mask], places_of)
        axes.set_title(f"{mask_look(mask).label} masks" if mask else "")
    columns = grid[0].get_gridspec().ncols
    density_axis(grid[0], sparse, (settings["width"] - 0.6) / columns - 0.1)
    legend(figure, handles(series(points)))
    return Drawn(figure, points)


def _points(results: DataFrame, history: DataFrame) -> DataFrame:
    import pandas as pd

    from sculpt.statistics.pooling import pooled

    masked = results[results["mask"].notna()]
    dense = results[results["method"] == "dense"]
    maskless = results[results["mask"].isna() & (results["method"] != "dense")]
    everywhere = [dense.assign(line=dense["run"])]
    for _, of_series in maskless.groupby(series(maskless), sort=False):
        for line, runs in ladders(of_series["run"].unique(), history).items():
            everywhere.append(of_series[of_series["run"].isin(runs)].assign(line=line))
    masks = list(masked["mask"].unique()) or [""]
    found = []
    for mask in masks:
        own = masked[masked["mask"] == mask]
        parts = [own.assign(line=series(own)), *everywhere]
        found += [pooled(part, BY, "test_accuracy", "accuracy_vs_density").assign(mask=mask) for part in parts]
    points = pd.concat(found, ignore_index=True)
    points = points.sort_values("target_density", ascending=False, kind="stable")
    names = pd.Series(series(points), index=points.index, dtype=object)
    order = points.assign(panel=points["mask"].map(masks.index), place=names.map(places(names)))
    points = points.loc[order.sort_values(["panel", "place", "line"], kind="stable").index]
    return points[["mask", *BY, "test_accuracy_mean", "test_accuracy_sd", "seeds"]]


def _draw_panel(axes: Axes, points: DataFrame, places_of: dict[str, int]) -> None:
    for (name, _line), line in points.assign(series=series(points)).groupby(["series", "line"], sort=False):
        mean, sd = line["test_accuracy_mean"], line["test_accuracy_sd"]
        if (line["method"] == "dense").all():
            _draw_dense(axes, name, mean.item(), sd.fillna(0).item())
        else:
            aside = 0.7 * (places_of[name] - 4)
            draw_spread(axes, name, aside, line["target_density"], mean, sd, markevery=-(-len(line) // 10))


def _draw_dense(axes: Axes, name: str, mean: float, sd: float) -> None:
    look = look_of(name)
    axes.axhline(mean, color=look.color, linewidth=0.8, linestyle=look.line)
    axes.axhspan(mean - sd, mean + sd, color=look.color, **style.BAND)
    if look.marker:  # one of the legend's lines
        axes.plot([0.04], [mean], transform=axes.get_yaxis_transform(), **look.drawing)
        return
    axes.annotate(
        look.label,
        (1, mean + sd),
        xycoords=axes.get_yaxis_transform(),
        xytext=(0, 3),
        textcoords="offset points",
        ha="right",
        va="baseline",
        color=look.color,
        fontsize=style.SMALLEST_FONT,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0},
    )
