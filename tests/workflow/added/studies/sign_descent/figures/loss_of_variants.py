"""Training loss of cyclic runs, epoch by epoch, each variant beside the base."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting import style
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.legends import legend
from sculpt.plotting.settings import FigureSettings

if TYPE_CHECKING:
    from sculpt.statistics.tables import Tables

TABLES = ("summary", "history")
CAPTION = """Training loss of the cyclic runs over all their epochs, one line per run. Means over the seeds."""


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Tables, settings: dict[str, Any]) -> Drawn:
    """One line per run. Table columns: run, epoch, train_loss_mean and _sd, seeds."""
    from matplotlib.figure import Figure

    from sculpt.statistics.pooling import pooled

    runs = tables.ends.loc[tables.ends["method"] == "cyclic", "run"].unique()
    points = pooled(
        tables.history[tables.history["run"].isin(runs)], ["run", "epoch"], "train_loss", "loss_of_variants"
    )
    figure = Figure((settings["width"], 3.0), layout="constrained")
    axes = figure.subplots()
    for run, line in points.groupby("run"):
        axes.plot(line["epoch"], line["train_loss_mean"], label=run)
    axes.set_xlabel("epoch")
    axes.set_ylabel("training loss")
    legend(figure, axes.get_lines())
    return Drawn(figure, points)
