"""Error on the straight line between the ends of consecutive cycles, and between networks that must be far apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sculpt.core.settings import Densities
from sculpt.plotting import axes as scales
from sculpt.plotting import densities, style
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.findings import tell
from sculpt.plotting.legends import handle, legend
from sculpt.plotting.looks import Look, look_of
from sculpt.plotting.panels import say
from sculpt.plotting.series import in_order
from sculpt.plotting.settings import FigureSettings

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

TABLES = ("summary", "connectivity")
NEEDS = ("cyclic",)
CAPTION = """Linear mode connectivity at the densities {densities}: how far the error lies above the straight line
between both ends, at networks on the way from one end of a cycle (alpha 0) to the next (alpha 1). Below 0 the way is
better than its ends. The paper says that cyclic training jumps between optima, with barriers between consecutive
cycles, and that one schedule stays connected (figure 3 in public reviews, at density 0.1; its numbers and its formula
were not found). Upper rows, on both splits that an analysis may see (the test split stays shut): a line is the mean
over all pairs of consecutive ends of a run (cyclic; checkpoints of one long schedule at each cycle's length), over the
last prune of a ladder (LRR) or over the one prune (SCULPT). Lowest row, with an axis of its own: controls of first
cycle ends, on validation; a network and itself are flat, another seed and hidden units that changed places are far
away. Bands are one standard deviation over the seeds. Batch norm's statistics are estimated anew at every point, the
ends included. The maximum over the way can be read here; claims test the midpoint alone."""

METHODS = ("cyclic", "long", "lrr", "sculpt")
CONTROLS = {
    "itself": Look("itself", "#777777", "", ":"),
    "other_seed": Look("another seed", "#000000", "o"),
    "permuted": Look("units permuted", "#E69F00", "X", "--"),
}
SPLITS = ("train", "validation")
COLUMNS = ["panel", "target_density", "line", "mask", "start_density", "split", "pairs", "alpha"]
MEASURED = ["height_mean", "height_sd", "height_loss_mean", "height_loss_sd", "seeds"]


class Settings(FigureSettings):
    densities: Annotated[Densities, Field(max_length=4, description="columns")]

    def faults(self, around: Any) -> Iterator[str]:
        there = densities.of_results(around, masks=len(around.runs), without=("dense",))
        yield from densities.refused("densities", self.densities, there)


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """A column for each of `densities` that the table has; rows: training, validation, controls on validation.

    Table columns: panel (`cycles` or `controls`), target_density, line (a method, or a control), mask, start_density,
    split, pairs (how many pairs of ends a seed's mean is of), alpha, height_mean and _sd (points of error, over
    seeds), height_loss_mean and _sd, seeds.
    """
    from matplotlib.figure import Figure

    points = _points(tables, settings["densities"])
    shown = [density for density in settings["densities"] if (points["target_density"] == density).any()]
    figure = Figure((settings["width"], 5.6), layout="constrained")
    if points.empty:
        say(figure.subplots(), "This experiment has no line between networks at the densities of this figure.")
        return Drawn(figure, points)
    grid = figure.subplots(3, len(shown), sharex=True, squeeze=False)
    for train, validation in zip(*grid[:2], strict=True):
        validation.sharey(train)
    for axes in grid[2][1:]:
        axes.sharey(grid[2][0])
    for row, (panel, split) in enumerate((("cycles", "train"), ("cycles", "validation"), ("controls", "validation"))):
        of_row = points[(points["panel"] == panel) & (points["split"] == split)]
        for axes, density in zip(grid[row], shown, strict=True):
            _draw_panel(axes, of_row[of_row["target_density"] == density])
        name = "controls, validation" if panel == "controls" else split
        grid[row][0].set_ylabel(f"{name}\nheight (points)")
    for axes, density in zip(grid[0], shown, strict=True):
        axes.set_title(f"density {scales.decimal(density)}")
    for axes in grid[-1]:
        axes.set_xlabel("alpha")
    grid[0][0].set_xticks([0, 0.5, 1], labels=["0", "0.5", "1"])
    lines = list(dict.fromkeys(points["line"]))
    legend(figure, [handle(_look(name)) for name in [*in_order(n for n in lines if n not in CONTROLS), *CONTROLS]])
    tell(figure, " ".join(_findings(points)))
    return Drawn(figure, points)


def _points(tables: Any, chosen: list[float]) -> DataFrame:
    import pandas as pd

    from sculpt.statistics.pooling import pooled
    from sculpt.studies.landscape.rows import consecutive, controls

    cycles = consecutive(tables)
    cycles = cycles[cycles["method"].isin(METHODS)]
    parts = [cycles.assign(panel="cycles", line=cycles["method"])]
    for control in CONTROLS:
        rows = controls(tables, control)
        parts.append(rows[rows["method"] == "cyclic"].assign(panel="controls", line=control))
    rows = pd.concat(parts)
    rows = rows[rows["target_density"].isin(chosen)]
    rows = rows.assign(pairs=rows.groupby(["run", "line", "split"])["node"].transform("nunique"))
    by, over = [*COLUMNS, "run"], ("seed", "cycle", "node")
    points = pooled(rows, by, "height", "connectivity", over)
    losses = pooled(rows, by, "height_loss", "connectivity", over).drop(columns="seeds")
    points = points.merge(losses, on=by).sort_values(["target_density"], ascending=False, kind="stable")
    return points[["run", *COLUMNS, *MEASURED]].reset_index(drop=True)


def _look(line: str) -> Look:
    return CONTROLS.get(line) or look_of(line)


def _draw_panel(axes: Axes, points: DataFrame) -> None:
    axes.axhline(0, color="0.6", linewidth=0.6, zorder=1)
    if points.empty:
        axes.text(0.5, 0.5, "not run", transform=axes.transAxes, ha="center", va="center", color="0.4")
    for (line, _run), of in points.groupby(["line", "run"], sort=False):
        look = _look(line)
        mean, sd = of["height_mean"], of["height_sd"].fillna(0)
        axes.plot(of["alpha"], mean, markevery=[len(of) // 2], **look.drawing)
        axes.fill_between(of["alpha"], mean - sd, mean + sd, color=look.color, **style.BAND)


def _findings(points: DataFrame) -> Iterator[str]:
    """The midpoints on validation, with intervals over seeds."""
    from sculpt.statistics.intervals import around
    from sculpt.studies.landscape.rows import MIDDLE
    from sculpt.studies.landscape.words import in_words

    middle = points[(points["alpha"] == MIDDLE) & (points["split"] == "validation") & (points["line"] != "itself")]
    yield "heights of the midpoint on validation in points, by density, with 95 % t intervals over seeds."
    for line, of in middle.groupby("line", sort=False):
        rows = of[["target_density", "height_mean", "height_sd", "seeds"]].itertuples(index=False)
        found = [f"{scales.decimal(d)}: {in_words(mean, around(mean, sd, seeds))}" for d, mean, sd, seeds in rows]
        yield f"{_look(line).label[0].upper()}{_look(line).label[1:]}: {', '.join(found)}."
