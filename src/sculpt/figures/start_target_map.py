"""Where SCULPT should start: test accuracy for every start density and target density."""

import math

import pandas as pd
import seaborn
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from seaborn.utils import relative_luminance

from sculpt.plotting import Drawn, Tables, spread, style

BY = ["mask", "start_density", "target_density", "method", "chosen"]
COLOURS = seaborn.color_palette("crest", as_cmap=True)
CHOSEN = {"fill": False, "edgecolor": "#D55E00", "linewidth": 1.8}
CYCLIC = {"fill": False, "linewidth": 0.9, "linestyle": (0, (2, 1.5))}
NOT_RUN = "0.6"
IN_CELL = {"ha": "center", "va": "center", "linespacing": 1.0, "fontsize": style.SMALLEST_FONT}
CELL = (0.38, 0.34)
"""The least size of a cell that holds two lines of text, inches."""


@style.applied()
def draw(tables: Tables, settings: dict) -> Drawn:
    """One panel a mask method with SCULPT runs; rows are start densities, columns target densities.

    On the diagonal there is nothing to prune: these are the cyclic runs, of as many epochs. A solid outline
    marks the start that validation chose for a target, a dash a pair that was not run; a cell is blank where
    the start would be sparser than the target. Table columns: mask (the panel), start_density, target_density,
    method (sculpt, or cyclic on the diagonal), chosen, test_accuracy_mean and _sd (percent), seeds.
    """
    cells = _cells(tables.ends)
    if cells.empty:
        figure = Figure((settings["width"], 1.5), layout="constrained")
        style.say(figure.subplots(), "This experiment has no SCULPT run.")
        return Drawn(figure, cells)
    masks = cells["mask"].unique()
    starts, targets = (sorted(cells[f"{end}_density"].unique(), reverse=True) for end in ("start", "target"))
    columns = min(len(masks), max(1, int((settings["width"] - 1.2) / (CELL[0] * len(targets)))))
    rows = math.ceil(len(masks) / columns)
    height = rows * (CELL[1] * len(starts) + 0.55) + 0.3
    figure = Figure((settings["width"], height), layout="constrained")
    grid = list(figure.subplots(rows, columns, squeeze=False).ravel())
    for unused in grid[len(masks) :]:
        unused.remove()
    panels = grid[: len(masks)]
    colours = ScalarMappable(Normalize(*_range(cells["test_accuracy_mean"])), COLOURS)
    for axes, mask in zip(panels, masks, strict=True):
        _draw_panel(axes, cells[cells["mask"] == mask], starts, targets, colours)
        axes.set_title(f"{style.mask_look(mask).label} masks")
    for axes in panels[::columns]:
        axes.set_ylabel("start density")
        axes.set_yticks([row + 0.5 for row in range(len(starts))], labels=map(style.decimal, starts))
    for axes in panels[-columns:]:
        axes.set_xlabel("target density")
    label = "test accuracy (%)\nmean ± sd"
    bar = figure.colorbar(colours, ax=panels, label=label, pad=0.02, aspect=8 * height)
    bar.outline.set_visible(False)
    possible = len(masks) * sum(start >= target for start in starts for target in targets)
    style.legend(figure, _key(cells, possible))
    return Drawn(figure, cells)


def _key(cells: pd.DataFrame, possible: int) -> list[Artist]:
    key = [Patch(**CHOSEN, label="start chosen on validation")]
    if (cells["method"] == "cyclic").any():
        key.append(Patch(**CYCLIC, edgecolor="black", label="cyclic (start = target)"))
    if len(cells) < possible:
        key.append(Line2D([], [], color=NOT_RUN, marker="_", linestyle="", label="not run"))
    return key


def _cells(ends: pd.DataFrame) -> pd.DataFrame:
    pruned = ends[ends["method"] == "sculpt"]
    fixed = ends[ends["method"] == "cyclic"]
    fixed = fixed[fixed["mask"].isin(pruned["mask"]) & fixed["target_density"].isin(pruned["target_density"])]
    rows = pd.concat([pruned, fixed.assign(start_density=fixed["target_density"])])
    rows = rows.assign(chosen=rows["selected"].astype(bool) & (rows["method"] == "sculpt"))
    return spread(rows, BY, "test_accuracy")


def _range(values: pd.Series) -> tuple[float, float]:
    """The ends of the colour scale; a single value gets a scale as well."""
    low, high = values.min(), values.max()
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _draw_panel(
    axes: Axes, cells: pd.DataFrame, starts: list[float], targets: list[float], colours: ScalarMappable
) -> None:
    means = cells.pivot(index="start_density", columns="target_density", values="test_accuracy_mean")
    seaborn.heatmap(
        means.reindex(index=starts, columns=targets),
        ax=axes,
        cmap=COLOURS,
        norm=colours.norm,
        cbar=False,
        linewidths=1.5,
        xticklabels=list(map(style.decimal, targets)),
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


def readable_on(color: tuple[float, ...]) -> str:
    """Black or white, whichever has the higher contrast (WCAG 2: never below 4.5) on `color`."""
    return "black" if relative_luminance(color) > 0.179 else "white"
