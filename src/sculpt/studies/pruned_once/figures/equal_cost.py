"""How far each method is from LRR at equal cost: epochs of C cycles, epochs of LRR's ladder, LRR's FLOPs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting import style
from sculpt.plotting.axes import decimal, density_axis
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.findings import tell
from sculpt.plotting.legends import handles, legend
from sculpt.plotting.looks import look_of, mask_look
from sculpt.plotting.panels import panels, say
from sculpt.plotting.settings import FigureSettings
from sculpt.plotting.spreads import draw_intervals
from sculpt.statistics.intervals import in_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

TABLES = ("summary",)
NEEDS = ("sculpt", "cyclic", "lrr")
CAPTION = """Test accuracy minus that of LRR, paired by seed, at equal cost, under SCULPT's first mask method: against
LRR in C cycles; against LRR down its longest ladder, all methods raised to its epochs; and within that ladder's FLOPs
of kept weights, each method by its run, cycles and start of the best validation mean. Means with 95 % intervals over
seeds; above the line is better than LRR. Public reviews read off figure 8c (ImageNet, ResNet-50) that SCULPT from 0.5
matches LRR or exceeds it at all sparsities shown (a machine-written one), and that SCULPT has 450 epochs at 0.1 where
LRR has 900; off figure 7a (CIFAR-10, ResNet-20) that it matches LRR at none. The paper has no FLOPs. Deviations: the
data set and the network; and where runs of just LRR's FLOPs are not to be had, the table says how much of them each
uses."""

PANELS = {"cycles": "epochs of C cycles", "ladder": "epochs of LRR's ladder", "flops": "at most LRR's FLOPs"}
WORDS = {"cycles": "at the epochs of C cycles", "ladder": "at those of LRR's ladder", "flops": "within LRR's FLOPs"}
ASIDE = {"cyclic": -3.0, "long": -1.0, "sculpt": 1.0, "lrr_equal": 3.0}


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """One panel per kind of cost; a point is a method at a density, SCULPT from the start that validation chose.

    Table columns: those of `sculpt.studies.pruned_once.equal_costs.equal_costs`.
    """
    from sculpt.studies.pruned_once.equal_costs import equal_costs

    points = equal_costs(tables.summary)
    figure, grid = panels(len(PANELS), settings["width"], "density", "test accuracy - LRR's\n(points, 95 % interval)")
    if points.empty:
        say(grid[0], "No run has LRR at its density and cost beside it.")
        return Drawn(figure, points)
    for axes, (cost, title) in zip(grid, PANELS.items(), strict=True):
        _draw_panel(axes, points[points["cost"] == cost])
        axes.set_title(title)
    density_axis(grid[0], points["target_density"], (settings["width"] - 0.6) / len(PANELS) - 0.1)
    legend(figure, handles(points["method"]))
    tell(figure, _finding(points))
    return Drawn(figure, points)


def _draw_panel(axes: Axes, points: DataFrame) -> None:
    axes.axhline(0, color=look_of("lrr").color, linewidth=0.8, linestyle="--", zorder=1)
    for method, of in points.groupby("method", sort=False):
        of = of.sort_values("target_density", ascending=False, kind="stable")
        draw_intervals(axes, of["target_density"], of, "ahead", ASIDE[method], **look_of(method).drawing)


def _finding(points: DataFrame) -> str:
    """How far SCULPT is above LRR at the lowest density, for each cost."""
    rows = points[points["method"] == "sculpt"]
    rows = rows[rows["target_density"] == rows["target_density"].min()]
    if rows.empty:
        return "SCULPT has no density with LRR."
    first = rows.iloc[0]
    parts = [f"{in_words(row, 'ahead')} points {WORDS[row['cost']]}" for row in rows.to_dict("records")]
    name = f"SCULPT - LRR at density {decimal(first['target_density'])} ({mask_look(first['mask']).label})"
    return f"{name}: {'; '.join(parts)}."
