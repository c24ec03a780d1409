"""How far each cycle moves the weights, and how much of the mask it keeps, through the cycles of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting import style
from sculpt.plotting.axes import decimal
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.legends import handles, legend
from sculpt.plotting.looks import METHODS, mask_look
from sculpt.plotting.panels import say
from sculpt.plotting.series import APART, places, series
from sculpt.plotting.settings import FigureSettings
from sculpt.plotting.spreads import draw_spread

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

TABLES = ("summary", "overlap")
CAPTION = """How far each cycle moves the weights (left), and how much of the mask it keeps (right), at the density that
most methods reach, the lowest of them, under the first mask method. A point compares the end of a cycle with the end of
the one before. Left: the norm of the change of the weights that both masks keep, over their norm before. Right: the
weights kept in both masks over those kept in either; a run that never prunes stays at 1. IMP and WR rewind the weights
at each level, so each level moves them anew. Error bars are one standard deviation over the seeds. Left out are the
dense network and runs of one node (single, long), which have nothing before them."""

PANELS = {"relative_distance": "relative weight distance", "overlap": "mask overlap"}
LEFT_OUT = ("dense", "long")
"""A long run has nodes before its end where its checkpoints are looked at; they are no cycles."""
BESIDE = 1.2
"""Typographic points between two methods at one cycle."""
COLUMNS = ["target_density", "mask", "method", *APART, "start_density", "run", "cycle", "node", "before"]


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """Two panels over the cycles of a run: the relative distance of consecutive weights, the overlap of their masks.

    Of the densities that most methods with a look of their own reach it shows the lowest, under the first mask method;
    SCULPT starts where validation chose. Every method is drawn but the dense network and those whose runs have one
    node. Table columns: target_density, mask, method, criterion, transform, variant, start_density, run, cycle (the
    node's number on the path), node, before (the node that it is compared with), relative_distance_mean and _sd,
    overlap_mean and _sd, seeds.
    """
    from matplotlib.figure import Figure

    points = _points(tables)
    figure = Figure((settings["width"], 2.5), layout="constrained")
    if points.empty:
        say(figure.subplots(), "This experiment has no sparse run of several nodes.")
        return Drawn(figure, points)
    grid = figure.subplots(1, len(PANELS), sharex=True)
    places_of = places(series(points))
    for axes, (value, label) in zip(grid, PANELS.items(), strict=True):
        _draw_panel(axes, points, value, places_of)
        axes.set_xlabel("cycle or level")
        axes.set_ylabel(f"{label}\nmean ± sd")
    cycles = sorted(points["cycle"].unique())
    grid[0].set_xlim(cycles[0] - 0.5, cycles[-1] + 0.5)
    grid[0].set_xticks(cycles[:: -(-len(cycles) // 8)])
    masks = [f", {mask_look(mask).label} masks" for mask in points["mask"].dropna().unique()]
    grid[0].set_title(f"density {decimal(points['target_density'].iloc[0])}{''.join(masks)}", loc="left")
    legend(figure, handles(series(points)))
    return Drawn(figure, points)


def _points(tables: Any) -> DataFrame:
    from sculpt.statistics.pooling import pooled

    pairs = tables.overlap[(tables.overlap["layer"] == "all") & tables.overlap["before"].notna()]
    results = tables.results[tables.results["run"].isin(pairs["run"]) & ~tables.results["method"].isin(LEFT_OUT)]
    first = results["mask"].dropna().unique()[:1]
    runs = results[results["mask"].isna() | results["mask"].isin(first)].drop_duplicates("run")
    runs = runs[runs["target_density"] == _density(runs)]
    pairs = pairs[pairs["run"].isin(runs["run"])]
    by = ["run", "cycle", "node", "before"]
    distances, overlaps = (pooled(pairs, by, value, "mask_overlap") for value in PANELS)
    points = distances.drop(columns="seeds").merge(overlaps, on=by)
    labels = runs[[column for column in COLUMNS if column not in by[1:]]]
    points = labels.merge(points, on="run").sort_values("cycle", kind="stable")
    measured = [f"{value}_{part}" for value in PANELS for part in ("mean", "sd")]
    return points[[*COLUMNS, *measured, "seeds"]]


def _density(runs: DataFrame) -> float:
    """The lowest of those that most listed methods reach by plain runs, so that no other run moves the figure."""
    from sculpt.statistics.results import plain

    listed = runs["method"].where(runs["run"].isin(plain(runs)["run"]) & runs["method"].isin(METHODS))
    reached = runs.assign(listed=listed).groupby("target_density")["listed"].nunique()
    return reached.idxmax() if len(reached) else float("nan")


def _draw_panel(axes: Axes, points: DataFrame, value: str, places_of: dict[str, int]) -> None:
    axes.grid(False, axis="x")
    lines = points.assign(series=series(points)).groupby(["series", "run"])
    for (name, _run), line in sorted(lines, key=lambda item: places_of[item[0][0]]):
        aside = BESIDE * (places_of[name] - len(METHODS) / 2)
        draw_spread(axes, name, aside, line["cycle"], line[f"{value}_mean"], line[f"{value}_sd"])
    axes.set_ylim(bottom=0)
