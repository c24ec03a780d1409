"""Coupling of masks and weights: each mask trained from each starting weights, with repeated cycles and without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting import style
from sculpt.plotting.axes import decimal
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.findings import tell
from sculpt.plotting.legends import legend
from sculpt.plotting.looks import METHODS
from sculpt.plotting.panels import panels, say
from sculpt.plotting.settings import FigureSettings
from sculpt.plotting.spreads import draw_intervals
from sculpt.statistics.intervals import in_words
from sculpt.studies.coupling.arms import LRR, RANDOM, WARM_UP
from sculpt.studies.coupling.drawing import MASKS, WEIGHTS, entry

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D
    from pandas import DataFrame

TABLES = ("summary",)
NEEDS = ("coupled",)
CAPTION = """Coupling of masks and weights (figure 5 in public reviews): a mask found by LRR or WR, a random mask, and
two controls that the paper does not have: LRR's mask shuffled within its layers, which keeps how the layers share the
weights, and the LRR mask of another seed. Each is trained from the weights in the legend: fresh ones of a seed outside
the run's, the initial ones, or those after the warm-up epochs. Filled markers: after all cycles; open ones: after one,
the control without cycles that a reviewer asked for. Bars are 95 % intervals over seeds; the dashed line is LRR
itself, which trains for longer. The paper finds that LRR's mask on warm-up weights does best, that on random weights
it still beats a random mask, and that WR's mask is like LRR's. It does not say whether its random weights are of
another seed; both are here. The random mask is ERK, or the first random one that the experiment has."""

ASIDE = {"fresh": -0.22, "initial": 0.0, "warm_up": 0.22}
"""Where starting weights stand beside the place of their mask; those after one cycle stand left of these."""
MOST_LABELS = 10
"""Side by side in a row of panels; more are written upwards."""
NAMES = {"arm_mask": "mask", "arm_weights": "weights"}


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """One panel per density; the masks side by side, a colour for each starting weights.

    Table columns: method (`coupled`, or `lrr` for LRR itself, which has no mask and weights), target_density, mask
    (`random`: the drawn one), weights, cycled (at the end of all cycles, or of one), run, cycle, cycles,
    test_accuracy_mean, _low and _high (percent; 95 % interval over seeds), seeds, epochs and train_flops (means over
    seeds, what the mask took included), over_shuffled_mean, _low and _high: points above LRR's shuffled mask from the
    same weights, paired by seed; empty where there is none.
    """
    from sculpt.studies.coupling.accuracies import accuracies

    points = accuracies(tables.summary)
    densities = list(points["target_density"].unique())
    figure, grid = panels(len(densities), settings["width"], "mask", "test accuracy (%)\nmean, 95 % interval")
    if points.empty:
        say(grid[0], "This experiment has no coupled run.")
        return Drawn(figure, points.rename(columns=NAMES))
    present = [mask for mask in MASKS if mask in set(points["arm_mask"])]  # panels share their axes
    for axes, density in zip(grid, densities, strict=True):
        _draw_panel(axes, points[points["target_density"] == density], present)
        axes.set_title(f"density {decimal(density)}")
    legend(figure, _entries(points))
    tell(figure, _finding(points))
    return Drawn(figure, points.rename(columns=NAMES))


def _draw_panel(axes: Axes, points: DataFrame, present: list[str]) -> None:
    coupled = points[points["method"] == "coupled"]
    for (weights, cycled), rows in coupled.groupby(["arm_weights", "cycled"], sort=False):
        x = [present.index(mask) + ASIDE[weights] - (0.0 if cycled else 0.07) for mask in rows["arm_mask"]]
        drawing = WEIGHTS[weights].drawing | {"linestyle": ""} | ({} if cycled else {"markerfacecolor": "white"})
        draw_intervals(axes, x, rows, "test_accuracy", **drawing)
    for accuracy in points.loc[points["method"] == "lrr", "test_accuracy_mean"]:
        axes.axhline(accuracy, color=METHODS["lrr"].color, linewidth=0.8, linestyle="--")
    axes.set_xticks(range(len(present)), labels=[MASKS[mask] for mask in present])
    if len(present) * axes.get_gridspec().ncols > MOST_LABELS:
        axes.tick_params(axis="x", labelrotation=60)
    axes.set_xlim(-0.5, len(present) - 0.5)
    axes.grid(False, axis="x")


def _entries(points: DataFrame) -> list[Line2D]:
    there = set(points["arm_weights"])
    found = [entry(look.label, **look.drawing | {"linestyle": ""}) for key, look in WEIGHTS.items() if key in there]
    square = {"color": "0.35", "marker": "s", "markersize": 3.6}
    found += [entry("all cycles", **square), entry("one cycle", **square, markerfacecolor="white")]
    return found + ([entry("LRR itself", color="black", linestyle="--")] if "lrr" in set(points["method"]) else [])


def _finding(points: DataFrame) -> str:
    """The lead of LRR's mask over its shuffled version, and of the random mask over that, on warm-up weights."""
    rows = points[points["cycled"].astype(bool) & (points["arm_weights"] == WARM_UP)]
    said = []
    for mask, name in ((LRR, "LRR's mask"), (RANDOM, "a random mask")):
        leads = rows[(rows["arm_mask"] == mask) & rows["over_shuffled_mean"].notna()]
        parts = [
            f"{in_words(row, 'over_shuffled')} at {decimal(row['target_density'])}" for row in leads.to_dict("records")
        ]
        said += [f"{name} {', '.join(parts)}"] if parts else []
    if not said:
        return "no shuffled mask on warm-up weights, so how much of the lead is layer allocation is not known."
    return f"on warm-up weights, after all cycles, points above LRR's shuffled mask: {'; '.join(said)}."
