"""Where SCULPT should start: test accuracy for every start density and target density."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sculpt.plotting import style
from sculpt.plotting.axes import decimal
from sculpt.plotting.colours import palette, readable_on
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.legends import legend
from sculpt.plotting.looks import mask_look
from sculpt.plotting.panels import say
from sculpt.plotting.series import APART, apart
from sculpt.plotting.settings import FigureSettings

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable
    from pandas import DataFrame, Series

TABLES = ("summary",)
CAPTION = """Where SCULPT should start: test accuracy, mean and standard deviation over the seeds, for each density of
the first cycles and each density after the one prune. On the diagonal nothing is pruned: these are the cyclic runs of
as many epochs. Other methods have no start and are left out. An outline marks the start that the validation split
chose; the test split chose nothing."""

BY = ["panel", "mask", "start_density", "target_density", "method", *APART, "run", "chosen"]
CHOSEN = {"fill": False, "edgecolor": "#D55E00", "linewidth": 1.8}
CYCLIC = {"fill": False, "linewidth": 0.9, "linestyle": (0, (2, 1.5))}
NOT_RUN = "0.6"
IN_CELL = {"ha": "center", "va": "center", "linespacing": 1.0, "fontsize": style.SMALLEST_FONT}
CELL = (0.38, 0.34)
"""The least size of a cell that holds two lines of text, inches."""


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """One panel per mask method with SCULPT runs; rows are start densities, columns target densities.

    SCULPT runs of another criterion, transform or variant have panels of their own; those of another length have none.
    On the diagonal there is nothing to prune: these are the cyclic runs, of as many epochs. A solid outline
    marks the start that validation chose for a target, a dash a pair that was not run; a cell is blank where
    the start would be sparser than the target. Table columns: panel, mask, start_density, target_density, method
    (sculpt, or cyclic on the diagonal), criterion, transform, variant, run, chosen, test_accuracy_mean and _sd
    (percent), seeds.
    """
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize
    from matplotlib.figure import Figure

    cells = _cells(tables.ends)
    if cells.empty:
        figure = Figure((settings["width"], 1.5), layout="constrained")
        say(figure.subplots(), "This experiment has no SCULPT run.")
        return Drawn(figure, cells)
    shown = cells["panel"].unique()
    starts, targets = (sorted(cells[f"{end}_density"].unique(), reverse=True) for end in ("start", "target"))
    columns = min(len(shown), max(1, int((settings["width"] - 1.2) / (CELL[0] * len(targets)))))
    rows = math.ceil(len(shown) / columns)
    height = rows * (CELL[1] * len(starts) + 0.55) + 0.3
    figure = Figure((settings["width"], height), layout="constrained")
    grid = list(figure.subplots(rows, columns, squeeze=False).ravel())
    for unused in grid[len(shown) :]:
        unused.remove()
    panels = grid[: len(shown)]
    colours = ScalarMappable(Normalize(*_range(cells["test_accuracy_mean"])), palette())
    for axes, panel in zip(panels, shown, strict=True):
        _draw_panel(axes, cells[cells["panel"] == panel], starts, targets, colours)
        axes.set_title(_title(panel))
    for axes in panels[::columns]:
        axes.set_ylabel("start density")
        axes.set_yticks([row + 0.5 for row in range(len(starts))], labels=map(decimal, starts))
    for axes in panels[-columns:]:
        axes.set_xlabel("target density")
    label = "test accuracy (%)\nmean ± sd"
    bar = figure.colorbar(colours, ax=panels, label=label, pad=0.02, aspect=8 * height)
    bar.outline.set_visible(False)
    possible = len(shown) * sum(start >= target for start in starts for target in targets)
    legend(figure, _key(cells, possible))
    return Drawn(figure, cells)


def _title(panel: str) -> str:
    mask, _, rest = panel.partition(", ")
    return ", ".join(filter(None, [f"{mask_look(mask).label} masks", rest]))


def _key(cells: DataFrame, possible: int) -> list[Artist]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    key: list[Artist] = [Patch(**CHOSEN, label="start chosen on validation")]
    if (cells["method"] == "cyclic").any():
        key.append(Patch(**CYCLIC, edgecolor="black", label="cyclic (start = target)"))
    if len(cells) < possible:
        key.append(Line2D([], [], color=NOT_RUN, marker="_", linestyle="", label="not run"))
    return key


def _cells(ends: DataFrame) -> DataFrame:
    import pandas as pd

    from sculpt.statistics.pooling import pooled
    from sculpt.statistics.results import ordinary

    ends = ordinary(ends)
    pruned = ends[ends["method"] == "sculpt"]
    named = [", ".join(filter(None, pair)) for pair in zip(pruned["mask"], apart(pruned), strict=True)]
    pruned = pruned.assign(panel=pd.Series(named, index=pruned.index, dtype=object))
    fixed = ends[(ends["method"] == "cyclic") & ends["target_density"].isin(pruned["target_density"])]
    same = ["mask", "transform", "variant"]  # a cyclic run prunes nothing, so it has no criterion
    fixed = fixed.merge(pruned[["panel", *same]].drop_duplicates(), on=same)
    rows = pd.concat([pruned, fixed.assign(start_density=fixed["target_density"])])
    rows = rows.assign(chosen=rows["selected"].astype(bool) & (rows["method"] == "sculpt"))
    return pooled(rows, BY, "test_accuracy", "start_target_map")


def _range(values: Series) -> tuple[float, float]:
    """The ends of the colour scale; a single value gets a scale as well."""
    low, high = values.min(), values.max()
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _draw_panel(
    axes: Axes, cells: DataFrame, starts: list[float], targets: list[float], colours: ScalarMappable
) -> None:
    import seaborn
    from matplotlib.patches import Rectangle

    means = cells.pivot(index="start_density", columns="target_density", values="test_accuracy_mean")
    seaborn.heatmap(
        means.reindex(index=starts, columns=targets),
        ax=axes,
        cmap=colours.cmap,
        norm=colours.norm,
        cbar=False,
        linewidths=1.5,
        xticklabels=list(map(decimal, targets)),
        yticklabels=False,
    )
    axes.grid(False)
    axes.tick_params(length=0)
    axes.set(xlabel="", ylabel="")
    run = set(zip(cells["start_density"], cells["target_density"], strict=True))
    for row, start in enumerate(starts):
        for column, target in enumerate(targets):
            if start >= target and (start, target) not in run:
                axes.plot(column + 0.5, row + 0.5, "_", color=NOT_RUN)
    for cell in cells.itertuples():
        column, row = targets.index(cell.target_density), starts.index(cell.start_density)
        color = readable_on(colours.to_rgba(cell.test_accuracy_mean))
        sd = f"\n±{cell.test_accuracy_sd:.1f}" if cell.seeds > 1 else ""
        text = f"{cell.test_accuracy_mean:.1f}{sd}"
        axes.text(column + 0.5, row + 0.5, text, color=color, **IN_CELL)
        if cell.method == "cyclic":
            axes.add_patch(Rectangle((column + 0.08, row + 0.08), 0.84, 0.84, **CYCLIC, edgecolor=color))
        elif cell.chosen:
            axes.add_patch(Rectangle((column, row), 1, 1, **CHOSEN, clip_on=False, zorder=3))
