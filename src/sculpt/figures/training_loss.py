"""Mean training loss over all epochs of a run, through its cycles, at a few densities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sculpt.core.settings import Densities
from sculpt.plotting import axes as scales
from sculpt.plotting import densities, style
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.legends import handles, legend
from sculpt.plotting.looks import look_of, mask_look
from sculpt.plotting.panels import panels, say
from sculpt.plotting.series import APART, series
from sculpt.plotting.settings import FigureSettings

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

TABLES = ("summary", "history")
CAPTION = """Training loss over all epochs that led to a network, trunks shared with other runs included, at the
densities {densities}. Thin vertical lines are the ends of cycles; a jump up after one is a prune or the restart of the
learning rate. Bands are one standard deviation over the seeds. Left out are the dense network, single runs (the first
cycle of cyclic training), IMP and WR."""

LEFT_OUT = ("dense", "single", "imp", "wr")
COLUMNS = ["target_density", "mask", "method", *APART, "run", "cycle", "node", "epoch"]
MEASURED = ["train_loss_mean", "train_loss_sd", "seeds"]


class Settings(FigureSettings):
    densities: Annotated[Densities, Field(description="panels")]

    def faults(self, around: Any) -> Iterator[str]:
        yield from densities.refused(
            "densities", self.densities, densities.of_results(around, masks=1, without=LEFT_OUT)
        )


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """One panel for each of `densities` that the experiment has, under its first mask method.

    Each line runs from the first epoch, through trunks that the method shares with others, to the run's end; SCULPT
    starts where validation chose. Every method is drawn but the dense network, `single` (the first cycle of `cyclic`),
    IMP and WR. Thin vertical lines are the ends of cycles. Table columns: target_density (the panel), mask, method,
    criterion, transform, variant, run, cycle (on the run's path, from 1), node (where the epoch was trained), epoch
    (from 1), train_loss_mean and _sd (nats), seeds.
    """
    points = _points(tables, settings["densities"])
    shown = points["target_density"].unique()
    masks = points["mask"].dropna().unique()
    kind = f", {mask_look(masks[0]).label} masks" if len(masks) else ""
    labels = "epoch", f"training loss (nats)\nmean ± sd{kind}"
    figure, grid = panels(len(shown), settings["width"], *labels)
    if points.empty:
        say(grid[0], "This experiment has no training history at the densities of this figure.")
        return Drawn(figure, points)
    for axes, density in zip(grid, shown, strict=True):
        _draw_panel(axes, points[points["target_density"] == density])
        axes.set_title(f"density {scales.decimal(density)}")
    means = points["train_loss_mean"]
    scales.log_axis(grid[0].yaxis, means.min() / 1.6, means.max() * 1.3, scales.decimal)
    legend(figure, handles(series(points)))
    return Drawn(figure, points)


def _points(tables: Any, chosen: list[float]) -> DataFrame:
    import pandas as pd

    from sculpt.statistics.pooling import pooled

    results = tables.results[~tables.results["method"].isin(LEFT_OUT)]
    first = results["mask"].dropna().unique()[:1]
    runs = results[results["mask"].isna() | results["mask"].isin(first)].drop_duplicates("run")
    runs = runs[runs["target_density"].isin(chosen)]
    history = tables.history[tables.history["run"].isin(runs["run"])]
    losses = pooled(history, ["run", "cycle", "node", "epoch"], "train_loss", "training_loss")
    losses = losses.sort_values("epoch", kind="stable")
    parts = [
        losses[losses["run"] == run.run].assign(
            target_density=density, mask=run.mask, method=run.method, **{label: getattr(run, label) for label in APART}
        )
        for density in dict.fromkeys(chosen)
        for run in runs[runs["target_density"] == density].itertuples()
    ]
    found = [part for part in parts if len(part)]
    columns = [*COLUMNS, *MEASURED]
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)


def _draw_panel(axes: Axes, points: DataFrame) -> None:
    axes.grid(False, axis="x")
    several = points[points.groupby("run")["cycle"].transform("nunique") > 1]
    for end in several.groupby(["run", "cycle"])["epoch"].max().unique():
        axes.axvline(end + 0.5, color="0.8", linewidth=0.5, zorder=0)
    lines = points.assign(series=series(points)).groupby(["series", "run"], sort=False)
    for place, ((name, _run), line) in enumerate(lines):
        look = look_of(name)
        step = max(1, len(line) // 8)
        epochs, mean, sd = (line[column] for column in ("epoch", "train_loss_mean", "train_loss_sd"))
        axes.plot(epochs, mean, markevery=(step * place // 4, step), **look.drawing)
        # A log axis has no place for a mean below its sd; the band then leaves the panel at the bottom.
        lower = (mean - sd).clip(lower=mean.min() / 100)
        axes.fill_between(epochs, lower, mean + sd, color=look.color, **style.BAND)
