"""The whole curve over the number of cycles, on validation and on test (figure 4's missing rule)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting import style
from sculpt.plotting.axes import decimal
from sculpt.plotting.colours import palette
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.findings import tell
from sculpt.plotting.legends import legend
from sculpt.plotting.looks import mask_look
from sculpt.plotting.panels import say
from sculpt.plotting.settings import FigureSettings
from sculpt.studies.longer.measured import in_words, measured
from sculpt.studies.longer.runs import CELL, above, best_on_validation, finished, longest, of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D
    from pandas import DataFrame

TABLES = ("summary",)
NEEDS = ("cyclic", "long")
CAPTION = """Accuracy over the number of cycles C, which the paper has no rule for: it trains until the accuracy peaks,
as public reviews of figure 4 quote, and they ask for this curve. Left: validation, on which C is chosen (rings: the
best mean over all seeds, of equal ones the fewest cycles). Right: test. One row of panels per mask method, one colour
per density, of each the longest cyclic run there is. Open diamonds: one schedule over the epochs of as many cycles.
Points are means over the seeds, bars one standard deviation. Ours: the whole figure."""

PANELS = {"val_accuracy": "validation", "test_accuracy": "test"}
BY = [*CELL, "method", "run", "cycle", "epochs"]
VALUES = [*PANELS, "gain", "step"]
RING = {"marker": "o", "markersize": 9, "markerfacecolor": "none", "linestyle": "", "markeredgewidth": 1.1}


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """One row of panels per mask method: validation and test accuracy over the cycles of cyclic training.

    Table columns: mask, target_density, method (cyclic or long), run, cycle, epochs, val_accuracy_mean and _sd,
    test_accuracy_mean and _sd (percent), gain_mean and _sd (of test accuracy, points above the first cycle, by seed),
    step_mean and _sd (points above the cycle before; of `long` above as many cycles), seeds, chosen (on validation).
    """
    from matplotlib.figure import Figure

    points = _points(tables)
    masks = list(points["mask"].unique())
    figure = Figure((settings["width"], 1.55 * max(len(masks), 1) + 0.7), layout="constrained")
    if points.empty:
        say(figure.subplots(), "This experiment has no cyclic run of the base settings.")
        return Drawn(figure, points)
    densities = sorted(points["target_density"].unique(), reverse=True)
    last = max(len(densities) - 1, 1)
    colours = {density: palette()(place / last) for place, density in enumerate(densities)}
    grid = figure.subplots(len(masks), len(PANELS), sharex=True, sharey="row", squeeze=False)
    for row, mask in zip(grid, masks, strict=True):
        for axes, value in zip(row, PANELS, strict=True):
            _draw_panel(axes, points[points["mask"] == mask], value, colours)
        row[0].set_ylabel(f"{mask_look(mask).label} masks\naccuracy (%)\nmean ± sd")
    for axes, name in zip(grid[0], PANELS.values(), strict=True):
        axes.set_title(name)
    for axes in grid[-1]:
        axes.set_xlabel("cycles")
        axes.set_xticks(range(1, points["cycle"].max() + 1))
    legend(figure, _handles(points, colours))
    tell(figure, _finding(points))
    return Drawn(figure, points)


def _points(tables: Any) -> DataFrame:
    import pandas as pd

    reader, rows = "number_of_cycles", finished(tables.summary)
    cyclic = longest(of(rows, "cyclic"))
    schedules = of(rows, "long").merge(cyclic[CELL].drop_duplicates(), on=CELL)
    before = cyclic.assign(cycle=cyclic["cycle"] + 1)
    cycles = above(cyclic, before, "step", [*CELL, "cycle"], reader)
    stretched = above(schedules, cyclic, "step", [*CELL, "cycle"], reader)
    rows = pd.concat([cycles, stretched])
    rows = above(rows, cyclic[cyclic["cycle"] == 1], "gain", CELL, reader)
    points = measured(rows, BY, VALUES, reader)
    best = best_on_validation(cyclic, ["run"], reader)[["run", "cycle"]].drop_duplicates()
    points = points.merge(best.assign(chosen=True), on=["run", "cycle"], how="left")
    points["chosen"] = points["chosen"].eq(True)
    masks = {mask: place for place, mask in enumerate(cyclic["mask"].unique())}
    order = points.assign(place=points["mask"].map(masks), sparse=-points["target_density"])
    order = order.sort_values(["place", "sparse", "method", "cycle"], kind="stable")
    return points.loc[order.index].reset_index(drop=True)


def _draw_panel(axes: Axes, points: DataFrame, value: str, colours: dict[float, Any]) -> None:
    bars = {"capsize": 1.5, "elinewidth": 0.7, "capthick": 0.7}
    for (density, method), line in points.groupby(["target_density", "method"], sort=False):
        drawing = {"color": colours[density], "marker": "s", "markersize": 3.2}
        if method == "long":
            drawing |= {"marker": "D", "markersize": 4.5, "markerfacecolor": "white", "linestyle": "", "zorder": 4}
        axes.errorbar(line["cycle"], line[f"{value}_mean"], line[f"{value}_sd"], **bars, **drawing)
        chosen = line[line["chosen"]]
        axes.plot(chosen["cycle"], chosen[f"{value}_mean"], **RING, color=colours[density])


def _handles(points: DataFrame, colours: dict[float, Any]) -> list[Line2D]:
    from matplotlib.lines import Line2D

    found = [
        Line2D([], [], color=colour, marker="s", markersize=3.2, label=f"density {decimal(density)}")
        for density, colour in colours.items()
    ]
    found.append(Line2D([], [], **RING, color="0.35", label="chosen on validation"))
    if (points["method"] == "long").any():
        diamond = {"marker": "D", "markersize": 4.5, "markerfacecolor": "white", "linestyle": ""}
        found.append(Line2D([], [], **diamond, color="0.35", label="one schedule"))
    return found


def _finding(points: DataFrame) -> str:
    cyclic = points[points["method"] == "cyclic"]
    last = cyclic.loc[cyclic.groupby("run")["cycle"].transform("max") == cyclic["cycle"]]
    chosen = cyclic[cyclic["chosen"]].set_index("run")["cycle"]
    at_the_end = sum(chosen[run] == cycle for run, cycle in zip(last["run"], last["cycle"], strict=True))
    said = [f"validation takes all cycles there are in {at_the_end} of {len(last)} masks and densities"]
    steps = last[last["step_mean"].notna()]
    if len(steps):
        ends = [steps.loc[steps["step_mean"].idxmin()], steps.loc[steps["step_mean"].idxmax()]]
        words = [f"{in_words(row, 'step')} ({mask_look(row['mask']).label} {_at(row)})" for row in ends]
        said.append(f"the last cycle adds from {words[0]} to {words[1]} points of test accuracy (95 % over seeds)")
    return "; ".join(said) + "."


def _at(row: Any) -> str:
    return f"at {decimal(row['target_density'])}, cycle {row['cycle']}"
