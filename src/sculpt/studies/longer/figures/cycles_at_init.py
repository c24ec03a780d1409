"""Masks at initialisation: one cycle, a chosen number of cycles and one long schedule, against LRR (figure 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting import style
from sculpt.plotting.axes import decimal, density_axis
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.findings import tell
from sculpt.plotting.legends import handles, legend
from sculpt.plotting.looks import mask_look
from sculpt.plotting.panels import panels, say
from sculpt.plotting.settings import FigureSettings
from sculpt.statistics.results import ordinary
from sculpt.studies.longer.drawing import band, shade_better, spread, symmetric_axis
from sculpt.studies.longer.measured import in_words, measured
from sculpt.studies.longer.runs import DENSE, above, best_on_validation, ends, finished, levels, of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

TABLES = ("summary",)
NEEDS = ("dense", "cyclic", "long", "lrr")
CAPTION = """Figure 4 of the paper, as public reviews describe it: masks at initialisation (random, SNIP, SynFlow) with
standard and with cyclic training, against LRR over sparsity. Cyclic training beats LRR below about 80 % sparsity on
CIFAR, and on ImageNet it falls below the dense network before 50 %; the green band is what is better than the dense
network. Here: points of test accuracy above the dense network after one cycle, seed by seed, one panel per mask method;
the axis is linear up to 2 points either way and logarithmic beyond. The number of cycles of cyclic training is the one
of the best validation mean over all seeds, of equal ones the fewest (the paper's rule was not found); it stands at the
foot. ``long`` is one schedule over the epochs of all cycles. Points are means over the seeds, bars one standard
deviation. LRR is the same in each panel. Ours: GraSP, and the comparison with ``long``."""

METHODS = ("single", "cyclic", "long", "lrr")
BY = ["panel", "method", "mask", "target_density", "run", "cycle", "epochs"]
VALUES = ["test_accuracy", "gain", "over_lrr"]
BESIDE = 1.4
"""Typographic points between two methods at one density."""
FOOT = 2.0
"""How much further down the axis goes than the points, so that the number of cycles stands below them."""


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """One panel per mask method over the density; LRR in each of them at the densities between those of all masks.

    Table columns: panel (its mask), method, mask (empty for LRR), target_density, run, cycle (for cyclic training the
    chosen number), epochs, test_accuracy_mean and _sd (percent), gain_mean and _sd (points above the dense network
    after one cycle, by seed), over_lrr_mean and _sd (points above LRR of that density, empty where it has none), seeds.
    """
    points = _points(tables)
    masks = list(points["panel"].unique())
    labels = "density", "points above dense, one cycle\nmean ± sd"
    figure, grid = panels(len(masks), settings["width"], *labels)
    if points.empty:
        say(grid[0], "This experiment has no dense network and cyclic run of the base settings.")
        return Drawn(figure, points)
    for axes, mask in zip(grid, masks, strict=True):
        _draw_panel(axes, points[points["panel"] == mask])
        axes.set_title(f"{mask_look(mask).label} masks")
    columns = grid[0].get_gridspec().ncols
    density_axis(grid[0], points["target_density"], (settings["width"] - 0.6) / columns - 0.1)
    symmetric_axis(grid[0].yaxis, points["gain_mean"], points["gain_sd"])
    grid[0].set_ylim(bottom=FOOT * grid[0].get_ylim()[0])
    for axes in grid:
        shade_better(axes, 0.0)
    legend(figure, [*handles(points["method"]), band("better than dense after one cycle")])
    tell(figure, _finding(points))
    return Drawn(figure, points)


def _points(tables: Any) -> DataFrame:
    import pandas as pd

    reader, rows = "cycles_at_init", ordinary(finished(tables.summary))
    dense, cyclic, lrr = of(rows, DENSE), of(rows, "cyclic"), levels(rows, "lrr")
    single = cyclic[cyclic["cycle"] == 1].assign(method="single")
    chosen = best_on_validation(cyclic, ["run"], reader)
    masked = pd.concat([single, chosen, ends(of(rows, "long"))])
    masked = masked[masked["mask"].isin(cyclic["mask"].unique())].assign(panel=lambda table: table["mask"])
    low, high = masked["target_density"].min(), masked["target_density"].max()
    beside = lrr[lrr["target_density"].between(low, high)].assign(criterion=None, mask=None)
    rows = pd.concat([masked, *(beside.assign(panel=mask) for mask in masked["panel"].unique())])
    rows = above(rows, dense[dense["cycle"] == 1], "gain", [], reader)
    rows = above(rows, lrr, "over_lrr", ["target_density"], reader)
    points = measured(rows[rows["gain"].notna()], BY, VALUES, reader)
    order = points.assign(
        place=points["panel"].map({mask: place for place, mask in enumerate(points["panel"].unique())}),
        method_place=points["method"].map(METHODS.index),
        sparse=-points["target_density"],
    ).sort_values(["place", "method_place", "sparse"], kind="stable")
    return points.loc[order.index].reset_index(drop=True)


def _draw_panel(axes: Axes, points: DataFrame) -> None:
    for name, line in points.groupby("method", sort=False):
        aside = BESIDE * (METHODS.index(name) - 1.5)
        spread(axes, name, aside, line["target_density"], line["gain_mean"], line["gain_sd"])
    for point in points[points["method"] == "cyclic"].itertuples():
        axes.annotate(
            f"{point.cycle}",
            (point.target_density, 0.01),
            xycoords=axes.get_xaxis_transform(),
            ha="center",
            va="bottom",
            color="#0072B2",
            fontsize=style.SMALLEST_FONT,
        )


def _finding(points: DataFrame) -> str:
    """Of each mask method its densest and its sparsest cell beside LRR."""
    said = []
    for mask, of_mask in points[(points["method"] == "cyclic") & points["over_lrr_mean"].notna()].groupby(
        "panel", sort=False
    ):
        ends_of = [of_mask.iloc[0], *([of_mask.iloc[-1]] if len(of_mask) > 1 else [])]
        cells = [f"{in_words(row, 'over_lrr')} at {decimal(row['target_density'])}" for row in ends_of]
        said.append(f"{mask_look(mask).label} {', '.join(cells)}")
    if not said:
        return "no density of cyclic training is one of LRR."
    return f"cyclic training of chosen cycles minus LRR, points (95 % over seeds): {'; '.join(said)}."
