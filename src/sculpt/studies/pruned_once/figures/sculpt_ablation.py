"""SCULPT with one thing changed at a time: start density, number of cycles, and how it is pruned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sculpt.core.settings import Densities
from sculpt.plotting import densities, style
from sculpt.plotting.axes import decimal
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.findings import tell
from sculpt.plotting.legends import handle, legend
from sculpt.plotting.looks import Look, look_of, mask_look
from sculpt.plotting.panels import say
from sculpt.plotting.settings import FigureSettings
from sculpt.plotting.spreads import draw_intervals
from sculpt.statistics.intervals import in_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

TABLES = ("summary",)
NEEDS = ("sculpt", "cyclic", "lrr")
CAPTION = """SCULPT at the densities {densities} with one thing changed at a time, under its first mask method: the
density that it starts from (ring: chosen on validation), the number of its cycles, and how it is pruned. Test accuracy,
mean with 95 % interval over seeds; lines: LRR, and cyclic training of C cycles, or after as many. Starts have the same
colour in each column. What the paper shows, by figure of its ICLR version in public reviews: starts 0.8, 0.5 and 0.3,
with which SCULPT does not match LRR on CIFAR-10 with ResNet-20 (figure 7a; the reviews disagree on whether it improves
over cyclic training), and magnitude as the best criterion of the prune (figure 9a). The numbers of cycles and the two
cuts are what reviewers asked for. Deviations: the paper trains C cycles and one more; ours are C in all where the axis
does not say otherwise."""

COLUMNS = {"start": "start density", "cycles": "cycles in all", "prune": "pruned by"}
COLOURS = ("#332288", "#882255", "#009E73", "#D55E00", "#CC79A7", "#E69F00", "#666600")
"""None of them is that of cyclic training."""
MARKERS = "osD^vP<"
RING = {"marker": "o", "markersize": 9, "markerfacecolor": "none", "markeredgecolor": "0.35", "linestyle": ""}
ONE_CUT, TWO_CUTS = "magnitude", "two cuts"
MOST_LETTERS = 20
"""Of the longest label, times the labels of an axis: more are written upwards."""
ASIDE = 1.6
"""Typographic points between two starts at one place."""


class Settings(FigureSettings):
    densities: Annotated[Densities, Field(description="rows of panels")]

    def faults(self, around: Any) -> Iterator[str]:
        yield from densities.refused("densities", self.densities, densities.of_results(around, masks=1))


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """One row for each of `densities` that SCULPT has; columns: start density, number of cycles, how it is pruned.

    Table columns: those of `sculpt.studies.pruned_once.ablation.arms`, at these densities.
    """
    from matplotlib.figure import Figure

    from sculpt.studies.pruned_once.ablation import arms

    points = arms(tables.summary)
    there = points.loc[points["method"] == "sculpt", "target_density"]
    shown = [density for density in dict.fromkeys(settings["densities"]) if (there == density).any()]
    points = points[points["target_density"].isin(shown)].reset_index(drop=True)
    figure = Figure((settings["width"], 1.6 * max(len(shown), 1) + 1.0), layout="constrained")
    if not shown:
        say(figure.subplots(), "SCULPT has no run at the densities of this figure.")
        return Drawn(figure, points)
    grid = figure.subplots(len(shown), len(COLUMNS), sharex="col", sharey="row", squeeze=False)
    looks = _looks(points)
    for changed, axes in zip(COLUMNS, grid[-1], strict=True):
        _label(axes, changed, _values(points, changed))
    for row, density in zip(grid, shown, strict=True):
        for changed, axes in zip(COLUMNS, row, strict=True):
            _draw_panel(axes, points[points["target_density"] == density], changed, _values(points, changed), looks)
        row[0].set_ylabel(f"test accuracy (%)\nat density {decimal(density)}")
    legend(figure, _key(points, looks))
    tell(figure, _finding(points, shown[-1]))
    return Drawn(figure, points)


def _looks(points: DataFrame) -> dict[float, Look]:
    """Of each start, the densest first."""
    starts = sorted(points["start_density"].dropna().unique(), reverse=True)
    return {
        start: Look(f"SCULPT from {decimal(start)}", COLOURS[place % 7], MARKERS[place % 7])
        for place, start in enumerate(starts)
    }


def _values(points: DataFrame, changed: str) -> list[str]:
    """What an axis has, in its order."""
    found = points.loc[points["changed"] == changed, "value"].unique()
    if changed == "prune":
        first = [value for value in (ONE_CUT, TWO_CUTS) if value in found]
        return first + sorted(value for value in found if value not in first)
    return sorted(found, key=float, reverse=changed == "start")


def _label(axes: Axes, changed: str, values: list[str]) -> None:
    names = [mask_look(value).label if changed == "prune" and value != TWO_CUTS else value for value in values]
    axes.set_xticks(range(len(values)), labels=names)
    if changed == "prune" or max(map(len, names), default=0) * len(names) > MOST_LETTERS:
        axes.tick_params(axis="x", labelrotation=60)
    axes.set_xlim(-0.6, max(len(values), 1) - 0.4)
    axes.set_xlabel(COLUMNS[changed])


def _draw_panel(axes: Axes, points: DataFrame, changed: str, values: list[str], looks: dict[float, Look]) -> None:
    own = points[(points["changed"] == changed) & (points["method"] != "cyclic")]
    if own.empty:
        axes.text(0.97, 0.04, "SCULPT: not run", transform=axes.transAxes, ha="right", color="0.4")
    _draw_references(axes, points, changed, values)
    for start, of in own.groupby("start_density", sort=False):
        of = of.assign(place=of["value"].map(values.index)).sort_values("place", kind="stable")
        joined = {} if changed == "cycles" and len(of) > 1 else {"linestyle": ""}
        aside = ASIDE * (list(looks).index(start) - len(looks) / 2) if changed != "start" else 0.0
        draw_intervals(axes, of["place"], of, "test_accuracy", aside, **looks[start].drawing | joined)
        ringed = of[of["chosen"]] if changed == "start" else of.iloc[:0]
        axes.plot(ringed["place"], ringed["test_accuracy_mean"], **RING)


def _draw_references(axes: Axes, points: DataFrame, changed: str, values: list[str]) -> None:
    """LRR as a line; cyclic training as a line at C, or as a curve over its cycles."""
    curve = points[(points["changed"] == changed) & (points["method"] == "cyclic")]
    if not curve.empty:
        curve = curve.assign(place=curve["value"].map(values.index)).sort_values("place", kind="stable")
        drawing = look_of("cyclic").drawing | {"markersize": 2.5, "linewidth": 0.9}
        draw_intervals(axes, curve["place"], curve, "test_accuracy", **drawing)
    for row in points[points["changed"] == "reference"].to_dict("records"):
        if row["method"] == "lrr" or curve.empty:
            look = look_of(row["method"])
            axes.axhline(row["test_accuracy_mean"], color=look.color, linestyle=look.line, linewidth=0.9, zorder=1)


def _key(points: DataFrame, looks: dict[float, Look]) -> list[Any]:
    from matplotlib.lines import Line2D

    key = [handle(look) for look in looks.values()]
    for entry in key:
        entry.set_linestyle("")
    key.append(Line2D([], [], label="chosen on validation", **RING | {"markersize": 7}))
    for method in ("cyclic", "lrr"):
        if (points["method"] == method).any():
            look = look_of(method)
            key.append(Line2D([], [], label=look.label, color=look.color, linestyle=look.line))
    return key


def _finding(points: DataFrame, density: float) -> str:
    """How far the chosen start is above cyclic training, and each change above what it changes, at one density."""
    rows = points[(points["target_density"] == density) & points["beyond_mean"].notna()].to_dict("records")
    parts = [
        f"from {decimal(row['start_density'])} (chosen) {in_words(row, 'beyond')} points above cyclic training"
        for row in rows
        if row["changed"] == "start" and row["chosen"]
    ]
    lengths = [row for row in rows if row["changed"] == "cycles" and row["method"] == "sculpt"]
    most = max((row["cycle"] for row in lengths if row["length"] == row["cycle"]), default=None)
    parts += [
        f"from {decimal(row['start_density'])} with {row['value']} cycles {in_words(row, 'beyond')} above C"
        for row in lengths
        if row["cycle"] == most
    ]
    parts += [
        f"from {decimal(row['start_density'])} by {row['value']} {in_words(row, 'beyond')} above one cut by magnitude"
        for row in rows
        if row["changed"] == "prune" and row["value"] != ONE_CUT
    ]
    return f"SCULPT to density {decimal(density)}: {'; '.join(parts) or 'nothing to compare'}."
