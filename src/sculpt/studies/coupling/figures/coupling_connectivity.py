"""Whether the cycles of a coupled run stay connected: heights at the midpoint between consecutive cycle ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting import style
from sculpt.plotting.axes import decimal
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.findings import tell
from sculpt.plotting.legends import legend
from sculpt.plotting.panels import panels, say
from sculpt.plotting.settings import FigureSettings
from sculpt.plotting.spreads import draw_intervals
from sculpt.statistics.intervals import in_words, intervals
from sculpt.studies.coupling.arms import FRESH, LRR, WARM_UP
from sculpt.studies.coupling.drawing import MASKS, WEIGHTS, entry

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D
    from pandas import DataFrame

TABLES = ("summary", "connectivity")
NEEDS = ("coupled",)
CAPTION = """Whether consecutive cycles of a coupled run stay connected (figure 6 in public reviews): points of error at
the midpoint between the weights at the ends of two cycles, above the straight line between the errors of these ends; 0
is no barrier, and below 0 the midpoint is better than that line. The point at cycle 2 is the path from the end of cycle
1. Batch-norm statistics are estimated anew at each midpoint; the images are those for training and for validation. Bars
are 95 % intervals over seeds. The paper finds no barriers for LRR's mask on warm-up weights, and barriers on random
ones; it does not say at which error, and the authors' code evaluates the same model at each point of a path. Other
masks and densities than the paper's (one density, 0.1) are ours."""

SPLITS = ("train", "validation")
LINES = {"lrr": "-", "wr": "--", "lrr+other_seed": "-.", "lrr+shuffled": ":", "random": (0, (5, 1, 1, 1, 1, 1))}
BY = ["target_density", "split", "arm_mask", "arm_weights", "run", "cycle", "node", "before"]
NAMES = {"arm_mask": "mask", "arm_weights": "weights"}


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """One panel per density and split, over the cycles; a colour for each starting weights, a line for each mask.

    Table columns: target_density, split (`train`, `validation`), mask (`random`: the drawn one), weights, run, cycle
    (the path from the end of the cycle before to that of this one), node, before, height_mean, _low and _high (points
    of error, signed; 95 % interval over seeds), seeds.
    """
    from sculpt.studies.coupling.heights import midpoints

    points = intervals(midpoints(tables), BY, "height", "coupling_connectivity")
    places = points[["target_density", "split"]].drop_duplicates()
    places = places.sort_values(["target_density", "split"], ascending=[False, True], kind="stable")
    figure, grid = panels(
        len(places), settings["width"], "cycle", "height at the midpoint\n(points of error), 95 % interval"
    )
    if points.empty:
        say(grid[0], "No coupled run has connectivity: name the ids of coupled runs in analyses.connectivity.runs.")
        return Drawn(figure, points.rename(columns=NAMES))
    for axes, (density, split) in zip(grid, places.itertuples(index=False, name=None), strict=True):
        rows = points[(points["target_density"] == density) & (points["split"] == split)]
        _draw_panel(axes, rows)
        axes.set_title(f"density {decimal(density)}, {split}")
    legend(figure, _entries(points))
    tell(figure, _finding(points))
    return Drawn(figure, points.rename(columns=NAMES))


def _draw_panel(axes: Axes, points: DataFrame) -> None:
    axes.axhline(0, color="0.6", linewidth=0.6)
    lines = list(points.groupby(["arm_mask", "arm_weights"], sort=False))
    for place, ((mask, weights), rows) in enumerate(lines):
        rows = rows.sort_values("cycle")
        aside = 0.09 * (place - (len(lines) - 1) / 2)
        drawing = WEIGHTS[weights].drawing | {"linestyle": LINES[mask]}
        draw_intervals(axes, rows["cycle"] + aside, rows, "height", **drawing)
    cycles = sorted(points["cycle"].unique())
    axes.set_xticks(cycles)
    axes.set_xlim(cycles[0] - 0.5, cycles[-1] + 0.5)


def _entries(points: DataFrame) -> list[Line2D]:
    of_weights = [key for key in WEIGHTS if key in set(points["arm_weights"])]
    of_masks = [key for key in MASKS if key in set(points["arm_mask"])]
    found = [entry(WEIGHTS[key].label, **WEIGHTS[key].drawing | {"linestyle": ""}) for key in of_weights]
    labels = {key: MASKS[key].replace("\n", " ") for key in of_masks}
    return found + [entry(f"{labels[key]} mask", color="0.35", linestyle=LINES[key]) for key in of_masks]


def _finding(points: DataFrame) -> str:
    """The highest midpoint of LRR's mask on validation images from each weights that are there."""
    rows = points[(points["arm_mask"] == LRR) & (points["split"] == "validation")]
    said = []
    for weights in (WARM_UP, FRESH):
        of_weights = rows[rows["arm_weights"] == weights]
        if len(of_weights):
            row = of_weights.loc[of_weights["height_mean"].idxmax()]
            where = f"density {decimal(row['target_density'])}, cycle {row['cycle']}"
            said.append(f"on {WEIGHTS[weights].label} {in_words(row, 'height')} ({where})")
    if not said:
        return "LRR's mask has no such paths on warm-up or fresh weights."
    return f"the highest midpoint of LRR's mask on validation images, in points of error: {'; '.join(said)}."
