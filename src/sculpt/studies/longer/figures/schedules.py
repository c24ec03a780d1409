"""Schedules at equal total epochs, dense and sparse (figure 2d)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting import style
from sculpt.plotting.axes import decimal
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.findings import tell
from sculpt.plotting.looks import METHODS, mask_look
from sculpt.plotting.panels import say
from sculpt.plotting.settings import FigureSettings
from sculpt.studies.longer.measured import half_widths, in_words, measured
from sculpt.studies.longer.runs import CELL, DENSE, SCHEDULES, above, at_the_epochs_of, ends, finished, of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

TABLES = ("summary",)
NEEDS = ("dense", "dense_long", "cyclic", "long")
CAPTION = """Figure 2d of the paper, as public reviews describe it: schedules at equal total epochs, dense and sparse.
They quote that repeated cycles and one cycle over all epochs are similar for the dense network, and miss a cosine over
all epochs. Here: test accuracy, its difference from repeated cycles, seed by seed, and the training loss of the last
epoch, of the dense network and of each sparse one that has other schedules, each trained for as many epochs as all
cycles together. Filled: the schedule is repeated, cycle by cycle. Open: it is stretched once over all epochs, its
warm-up with it. Points are means over the seeds, bars 95 % intervals (Student's t). Ours: step and constant with a
decay at its end; the paper's period of the cosine was not found."""

PAIRS = (("dense", "dense_long"), ("cyclic", "long"))
"""The methods that repeat a schedule, and that stretch it, of dense and of sparse networks."""
PANELS = {
    "test_accuracy": "test accuracy (%)",
    "gain": "points above cycles",
    "train_loss": "training loss (nats)",
}
BY = [*CELL, "variant", "repeated", "schedule", "method", "run", "cycle", "epochs"]
ROW = 0.17
"""Inches between two schedules."""


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """One row of panels for each network: test accuracy, its difference from repeated cycles, training loss.

    A sparse network is drawn where it has a run of a variant named after a schedule (cosine, step, constant). Table
    columns: mask (`dense` for the dense network), target_density, variant, repeated (cycle by cycle, or else one
    schedule), schedule (as on the axis), method, run, cycle, epochs, test_accuracy_mean and _sd (percent),
    gain_mean and _sd (points of test accuracy above the repeated base schedule, by seed), train_loss_mean and _sd
    (nats), seeds.
    """
    from matplotlib.figure import Figure

    points = _points(tables)
    networks = points[CELL].drop_duplicates()
    if points.empty:
        figure = Figure((settings["width"], 1.5), layout="constrained")
        say(figure.subplots(), f"No run has a variant of another schedule: {', '.join(SCHEDULES)}.")
        return Drawn(figure, points)
    lines = [len(points.merge(network.to_frame().T.astype(networks.dtypes))) for _, network in networks.iterrows()]
    height = sum(ROW * count + 0.25 for count in lines) + 0.5
    figure = Figure((settings["width"], height), layout="constrained")
    grid = figure.subplots(len(networks), len(PANELS), sharey="row", squeeze=False, height_ratios=lines)
    for row, (_, of_network) in zip(grid, points.groupby(CELL, sort=False), strict=True):
        for axes, value in zip(row, PANELS, strict=True):
            _draw_panel(axes, of_network, value)
        row[0].set_title(_network(of_network.iloc[0]), loc="left")
    for axes, label in zip(grid[-1], PANELS.values(), strict=True):
        axes.set_xlabel(label)
    tell(figure, _finding(points))
    return Drawn(figure, points)


def _points(tables: Any) -> DataFrame:
    import pandas as pd

    rows, found = finished(tables.summary), []
    for repeated, stretched in PAIRS:
        base = ends(of(rows, stretched))
        parts = [of(rows, method, variant) for method in (repeated, stretched) for variant in (None, *SCHEDULES)]
        whole = at_the_epochs_of(pd.concat(parts), base)
        whole = whole[whole["length"].isna()].assign(repeated=lambda table, name=repeated: table["method"] == name)
        cells = whole.loc[whole["variant"].notna() | (whole["mask"] == DENSE), CELL].drop_duplicates()
        whole = whole.merge(cells, on=CELL)
        plain = whole[whole["repeated"] & whole["variant"].isna()]
        found.append(above(whole, plain, "gain", CELL, "schedules"))
    rows = pd.concat(found)
    names = [_schedule(*pair) for pair in zip(rows["variant"], rows["repeated"], strict=True)]
    points = measured(rows.assign(schedule=names), BY, list(PANELS), "schedules")
    order = points.assign(
        sparse=points["mask"] != DENSE,
        density=-points["target_density"],
        place=points["variant"].map({name: place for place, name in enumerate(SCHEDULES, 1)}).fillna(0),
        stretched=~points["repeated"].astype(bool),
    ).sort_values(["sparse", "mask", "density", "place", "stretched"], kind="stable")
    return points.loc[order.index].reset_index(drop=True)


def _schedule(variant: Any, repeated: bool) -> str:
    """`cycles`, `one schedule`, `cosine, cycles`: without a variant it is the experiment's own schedule."""
    name = "cycles" if repeated else "one schedule"
    return f"{variant}, {name}" if isinstance(variant, str) else name


def _network(point: Any) -> str:
    if point["mask"] == DENSE:
        return DENSE
    return f"{mask_look(point['mask']).label} masks, density {decimal(point['target_density'])}"


def _draw_panel(axes: Axes, points: DataFrame, value: str) -> None:
    bars = {"linestyle": "", "capsize": 1.5, "elinewidth": 0.8, "markersize": 4.5, "marker": "o"}
    halves = half_widths(points, value)
    for place, (index, point) in enumerate(points.iterrows()):
        color = METHODS["cyclic" if point["repeated"] else "long"].color
        fill = color if point["repeated"] else "white"
        axes.errorbar(
            point[f"{value}_mean"], place, xerr=halves[index], color=color, markerfacecolor=fill, **bars, zorder=3
        )
    if value == "gain":
        axes.axvline(0, color="0.5", linewidth=0.8, linestyle=":")
    axes.set_yticks(range(len(points)), labels=points["schedule"])
    axes.set_ylim(len(points) - 0.5, -0.5)


def _finding(points: DataFrame) -> str:
    said = []
    for _, of_network in points.groupby(CELL, sort=False):
        others = of_network[of_network["run"] != of_network.loc[of_network["repeated"].astype(bool), "run"].iloc[0]]
        if len(others):
            best = others.loc[others["gain_mean"].idxmax()]
            one = others[others["variant"].isna()]
            first = f"one schedule {in_words(one.iloc[0], 'gain')}, " if len(one) else ""
            said.append(f"{_network(best)}: {first}highest {best['schedule']} {in_words(best, 'gain')}")
    return f"points above repeated cycles at equal epochs (95 % over seeds): {'; '.join(said)}."
