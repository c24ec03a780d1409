"""Figure 8a: test accuracy on an iterative method's mask, by what is left of the warm-up weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting import style
from sculpt.plotting.axes import decimal
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.findings import tell
from sculpt.plotting.legends import legend
from sculpt.plotting.looks import look_of
from sculpt.plotting.panels import panels, say
from sculpt.plotting.settings import FigureSettings

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

TABLES = ("summary",)
NEEDS = ("lrr", "coupled")
CAPTION = """What an iterative method's mask needs of the warm-up weights (figure 8a in public reviews: signs of the
warm-up with random magnitudes, trained in cycles on an iterative mask, match LRR up to sparsity 90 %). A row is what
training on the mask starts from, a panel the mask and its density; a point is the end of a cycle on the mask, the
first palest. Error bars and bands are one standard deviation over the seeds. Vertical lines are LRR, and WR where the
mask is WR's, at the end of its ladder, with as many epochs as that takes; the arms' own epochs come on top of those
of the ladder. Ours: random magnitudes are uniform up to 1 / sqrt(fan-in), since the paper's law was not found;
permuted means within each layer; fresh weights are another seed's initial ones, batch norm included."""

COLUMNS = ["mask", "target_density", "arm", "weights", "transform", "cycle", "epochs"]
MEASURED = ["test_accuracy_mean", "test_accuracy_sd", "seeds"]
BARS = {"elinewidth": 0.7, "capsize": 1.5, "capthick": 0.7}


COUPLING = ("warm_up", "both_random")
"""Arms that figure 5 has as well: a mask and density of these alone has no panel."""
BESIDE = ("random_signs", "warm_up")
"""The arms that the finding tells of, beside LRR."""


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """One panel per mask and density; the arms are `sculpt.studies.signs.arms`, LRR and WR stand beside them.

    Table columns: mask and target_density (the panel), arm (of the study, or lrr or wr for the ladder itself), weights,
    transform, cycle (on the mask, from 1; of a ladder its level), epochs (all that the run took, the mask's ladder
    included), test_accuracy_mean and _sd (percent), seeds.
    """
    from sculpt.studies.signs.arms import ARMS

    points = _points(tables)
    cells = list(points[["mask", "target_density"]].drop_duplicates().itertuples(index=False, name=None))
    figure, grid = panels(len(cells), settings["width"], "test accuracy (%)\nmean ± sd", "")
    if points.empty:
        arm = ARMS["signs"]
        entry = f"{{method: coupled, mask_of: lrr, weights: {arm.weights}, transform: {arm.transform}, ...}}"
        lacking = "This experiment has no coupled run that takes signs and magnitudes apart"
        say(grid[0], f"{lacking}: an entry {entry} in runs adds one.")
        return Drawn(figure, points)
    shown = [arm for arm in ARMS if arm in set(points["arm"])]
    for axes, (mask, density) in zip(grid, cells, strict=True):
        _draw_panel(axes, points[(points["mask"] == mask) & (points["target_density"] == density)], shown)
        axes.set_title(f"{look_of(mask).label} mask at {decimal(density)}")
    names = [ARMS[arm].words.replace(" with ", ",\n") for arm in shown]
    grid[0].set_yticks(range(len(shown)), labels=names)
    grid[0].set_ylim(len(shown) - 0.5, -0.5)
    figure.set_figheight(figure.get_figheight() + 0.1 * len(shown))
    _add_legend(figure, points)
    tell(figure, _finding(tables))
    return Drawn(figure, points)


def _points(tables: Any) -> DataFrame:
    import pandas as pd

    from sculpt.statistics.pooling import pooled
    from sculpt.studies.signs.arms import ARMS, MASKS, rows_of

    found = []
    for arm in ARMS:
        rows = rows_of(tables.summary, arm).assign(length=None)
        found.append(rows.assign(arm=arm))
    arms = pd.concat(found, ignore_index=True)
    cells = arms.loc[~arms["arm"].isin(COUPLING), ["mask", "target_density"]].drop_duplicates()
    found = [part.merge(cells, on=["mask", "target_density"]) for part in found]
    for method in MASKS:
        beside = cells if method == "lrr" else cells[cells["mask"] == method]
        found.append(_ladder(tables.summary, method).drop(columns="mask").merge(beside, on="target_density"))
    rows = pd.concat([part for part in found if len(part)] or found[:1], ignore_index=True)
    points = pooled(rows, [*COLUMNS, "criterion"], "test_accuracy", "signs_suffice")
    order = points.assign(place=points["arm"].map([*ARMS, *MASKS].index), of_mask=points["mask"].map(MASKS.index))
    order = order.sort_values(
        ["of_mask", "target_density", "place", "cycle"], ascending=[True, False, True, True], kind="stable"
    )
    return points.loc[order.index, [*COLUMNS, *MEASURED]].reset_index(drop=True)


def _ladder(summary: DataFrame, method: str) -> DataFrame:
    """The ends of a method's longest ladder."""
    from sculpt.studies.signs.perturbed import ladder

    return ladder(summary, method, perturbed=False).assign(arm=method)


def _draw_panel(axes: Axes, points: DataFrame, shown: list[str]) -> None:
    from sculpt.plotting.colours import palette

    axes.grid(False, axis="y")
    cycles = points.loc[points["arm"].isin(shown), "cycle"].max()
    for row in points.to_dict("records"):
        mean, sd = row["test_accuracy_mean"], row["test_accuracy_sd"]
        if row["arm"] not in shown:
            look = look_of(row["arm"])
            axes.axvline(mean, color=look.color, linewidth=0.8, linestyle=look.line, zorder=1)
            axes.axvspan(mean - sd, mean + sd, color=look.color, **style.BAND)
            continue
        shade = palette()(row["cycle"] / cycles)
        place = shown.index(row["arm"]) + 0.12 * (row["cycle"] - (cycles + 1) / 2)
        axes.errorbar(mean, place, xerr=sd, color=shade, marker="o", markersize=3.5, zorder=3, **BARS)


def _add_legend(figure: Figure, points: DataFrame) -> None:
    from matplotlib.lines import Line2D

    from sculpt.plotting.colours import palette
    from sculpt.studies.signs.arms import MASKS

    cycles = sorted(points.loc[~points["arm"].isin(MASKS), "cycle"].unique())
    entries = [
        Line2D([], [], color=palette()(cycle / cycles[-1]), marker="o", markersize=3.5, linestyle="", label=f"{cycle}")
        for cycle in cycles
    ]
    entries[0].set_label(f"cycle {cycles[0]}")
    for method in MASKS:
        if method in set(points["arm"]):
            look = look_of(method)
            entries.append(Line2D([], [], color=look.color, linestyle=look.line, label=look.label))
    legend(figure, entries)


def _finding(tables: Any) -> str:
    """Warm-up signs with random magnitudes against LRR and against two other arms, on LRR's mask at each density."""
    from sculpt.studies.signs.arms import ARMS, at_equal_cycles, beside_lrr, rows_of
    from sculpt.studies.signs.words import with_interval

    ended = beside_lrr(tables.summary, "signs")
    others = [at_equal_cycles([rows_of(tables.summary, arm) for arm in ("signs", name)]) for name in BESIDE]
    names = ["LRR", *(ARMS[name].words for name in BESIDE)]
    said: dict[float, list[str]] = {}
    for name, sides in zip(names, [ended, *others], strict=True):
        sides = [side[side["mask"] == "lrr"] for side in sides]
        for density in sides[0]["target_density"].unique():
            ours, theirs = (side[side["target_density"] == density] for side in sides)
            less = with_interval(ours["test_accuracy"].to_numpy() - theirs["test_accuracy"].to_numpy())
            said.setdefault(density, []).append(f"{less} against {name} (after {ours['cycle'].iloc[0]} cycles)")
    parts = [f"at {decimal(density)} {', '.join(said[density])}" for density in sorted(said, reverse=True)]
    whole = "; ".join(parts) or "no run on LRR's mask stands beside LRR or another arm"
    return f"{ARMS['signs'].words} on LRR's mask: {whole}."
