"""Whether sparsity makes training under other execution profiles more unequal to groups."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from sculpt.plotting import style
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.legends import legend
from sculpt.plotting.looks import look_of, mask_look
from sculpt.plotting.panels import panels, say
from sculpt.plotting.series import series
from sculpt.plotting.settings import FigureSettings
from sculpt.studies.hardware.drawing import (
    REPEAT,
    SEED,
    entry,
    every_density,
    half_words,
    left_out_words,
    looks,
    note,
    spread,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

    from sculpt.plotting.looks import Look

TABLES = ("summary", "hardware", "profiles")
CAPTION = """Fairness violation of training under another execution profile against density, one panel per method, the
dense network at the left end of each: the largest difference between two groups in how much the accuracy changes, on
the test split. Markers and bars: mean and standard deviation over the seeds of the violation of each seed; points at
one density stand beside each other. Controls: another seed (dashed, its standard deviation as a band), which compares
each seed's network with the next one's, and the training that was repeated under the reference (dotted). Sparsity makes
a profile's effect worse only as far as a line rises above that of another seed. The violation of the mean changes, in
which noise is smaller, stands in the table beside this figure alone. Open markers are networks that have less than
half of the dense network's accuracy on validation, which claims leave out of their mean. These are execution profiles,
not other hardware. Definitions are of this project."""

BY = ["method", "mask", "start_density", "target_density", "criterion", "transform", "cycle"]
MEASURED = ["measure", "violation", "sd", "seeds", "gap", "gap_reference"]
COLUMNS = ["panel", *BY, "left_out", "effect", "profile", "few", *MEASURED]
BESIDE = 2.4
"""Typographic points between two profiles at one density; fewer where panels are narrow."""


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """One panel per method and mask; lines are profiles and controls, of the violation of each seed.

    The rows of_means are in the table alone: in the picture they would stand among those of each seed. Table columns:
    panel, method, mask, start_density, target_density, criterion, transform, cycle, left_out (whether claims leave the
    network out of their mean, as too inaccurate), effect (training, seed or repeat), profile (its name, or the
    control's), few (whether a group has few images), measure (of_seeds, or of_means), violation (points of accuracy;
    of_seeds: the mean), sd (over seeds; empty for of_means), seeds, gap and gap_reference (accuracy of the best group
    minus that of the worst, means over seeds).
    """
    from sculpt.studies.hardware.accurate import inaccurate
    from sculpt.studies.hardware.effects import trained

    effect, gone = trained(tables), inaccurate(tables)
    gone = gone[gone["network"].isin(effect.rows["network"])]
    points = _points(effect, set(gone["network"]))
    shown = list(dict.fromkeys(points["panel"]))
    figure, grid = panels(len(shown), settings["width"], "density", "violation (points of\naccuracy), mean ± sd")
    if points.empty:
        say(grid[0], "This experiment has no training under another execution profile that has an effect.")
        return Drawn(figure, points)
    looks_of = looks(points["profile"])
    inches = (settings["width"] - 0.6) / grid[0].get_gridspec().ncols - 0.1
    for axes, panel in zip(grid, shown, strict=True):
        _draw_panel(axes, points[points["panel"] == panel], looks_of, min(BESIDE, 1.6 * inches))
        axes.set_title(textwrap.fill(panel, int(inches * 72 / (0.6 * style.LABEL_FONT))))
    every_density(grid[0], points["target_density"], inches)
    grid[0].set_ylim(bottom=-0.04 * points["violation"].max() or -1.0)  # the repeat lies at 0
    entries = [entry(name, **look.drawing) for name, look in looks_of.items()]
    legend(figure, entries)
    note(figure, " ".join(filter(None, [left_out_words(effect.left_out), half_words(gone)])))
    return Drawn(figure, points)


def _points(effect: Any, gone: set[str]) -> DataFrame:
    import pandas as pd

    from sculpt.studies.hardware.measures import violation

    if effect.rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    parts = []
    for rows, name in ((effect.rows, None), (effect.seed, SEED), (effect.floor, REPEAT)):
        rows = rows[(rows["split"] == "test") & rows["network"].isin(effect.rows["network"])]
        if rows.empty:
            continue
        found = violation(rows)
        found = found.assign(profile=name or found["name"], effect=found["effect"] if name != REPEAT else "repeat")
        found = found.assign(left_out=found["network"].isin(gone))
        of_seeds = found.assign(measure="of_seeds", violation=found["violation_mean"], sd=found["violation_sd"])
        of_means = found.assign(measure="of_means", violation=found["of_means"], sd=float("nan"))
        parts += [of_seeds, of_means.dropna(subset=["violation"])]
    points = pd.concat([part for part in parts if len(part)], ignore_index=True)
    names = pd.Series(_panels(points), index=points.index, dtype=object)
    dense = points["method"] == "dense"
    sparse = list(dict.fromkeys(names[~dense])) or list(dict.fromkeys(names))
    found = [points[dense | (names == panel)].assign(panel=panel) for panel in sparse]
    order = pd.concat(found, ignore_index=True).sort_values("target_density", ascending=False, kind="stable")
    order["place"] = order["panel"].map(sparse.index)
    return order.sort_values("place", kind="stable")[COLUMNS].reset_index(drop=True)


def _panels(points: DataFrame) -> list[str]:
    """The method, what sets its run apart from the plain ones, and its masks."""
    named = [look_of(name).label for name in series(points.assign(variant=None))]
    kinds = [f"{mask_look(mask).label} masks" if isinstance(mask, str) else None for mask in points["mask"]]
    starts = [f"from {start:g}" if start == start else None for start in points["start_density"].astype(float)]
    return [", ".join(filter(None, parts)) for parts in zip(named, kinds, starts, strict=True)]


def _draw_panel(axes: Axes, points: DataFrame, looks_of: dict[str, Look], gap: float) -> None:
    axes.grid(False, axis="x")
    points = points[points["measure"] == "of_seeds"]
    beside = [name for name in looks_of if name not in (SEED, REPEAT)]
    for name, look in looks_of.items():
        line = points[points["profile"] == name]
        x, y, sd = line["target_density"], line["violation"], line["sd"]
        if name == SEED and len(line) > 1:
            axes.plot(x, y, zorder=2.5, **look.drawing)
            axes.fill_between(x, y - sd.fillna(0), y + sd.fillna(0), color=look.color, zorder=1, **style.BAND)
            _open(axes, line[line["left_out"]].assign(sd=float("nan")), look, 0.0)
        elif len(line):
            aside = gap * (beside.index(name) - (len(beside) - 1) / 2) if name in beside else 0.0
            spread(axes, look, aside, x, y, sd)
            _open(axes, line[line["left_out"]], look, aside)


def _open(axes: Axes, line: DataFrame, look: Look, aside: float) -> None:
    """The markers of networks that are left out, once more without their inside."""
    if len(line):
        drawing = {"markerfacecolor": "white", "linestyle": "", "zorder": 4}
        spread(axes, look, aside, line["target_density"], line["violation"], line["sd"], **drawing)
