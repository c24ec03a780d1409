"""Published accuracies beside ours: a panel for each data set and network of a published value, and one of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting import style
from sculpt.plotting.axes import decimal, density_axis
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.findings import tell
from sculpt.plotting.legends import legend
from sculpt.plotting.looks import Look, look_of
from sculpt.plotting.panels import say
from sculpt.plotting.series import in_order
from sculpt.plotting.settings import FigureSettings
from sculpt.plotting.spreads import draw_intervals

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from pandas import DataFrame, Series

TABLES = ("summary", "published")
CAPTION = """Published accuracies beside ours, over density. Open markers: what the authors of the paper and of the
dynamic baselines have published (reference/published.csv, with how each value was read and its source). The paper
itself has no table of results that could be read; LRR and WR are the curves in the README of its code, the best test
epoch of one run. Filled markers: this experiment, the last epoch, means over seeds with 95 % intervals, drawn into the
panel of the same data set and network, or into a panel of their own where nothing of the same is published. Values of
two panels are not comparable: data set, network or epochs differ. The table says of each published value whether it
can be compared and why not; it also holds those that are not drawn, whose network or density is not stated."""

COLUMNS = 3
IN_PRINT = {"rigl": "RigL", "gmp": "GMP", "itop": "ITOP", "set": "SET"}


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """One panel per data set and network of published values; ours in the panel of the same, or in one of its own.

    Table: that of `sculpt.studies.published.points.points`. One row per published value: the columns of
    reference/published.csv, ours beside it where it can be compared (run, cycle, ours_mean, ours_low, ours_high, seeds,
    ours_epochs; percent, 95 % interval over seeds), the difference (ours minus the published value) and `comparable`,
    with the reason; drawn: whether it is a point. Below them one row per point of ours.
    """
    from matplotlib.figure import Figure

    from sculpt.studies.published.points import THIS_RUN, points

    if tables.summary.empty:
        figure = Figure((settings["width"], 2.5), layout="constrained")
        say(figure.subplots(), "None of the runs that this figure is to draw is there.")
        return Drawn(figure, tables.published)
    table = points(tables)
    shown = table[table["drawn"]]
    here = tuple(tables.summary[["dataset", "model"]].iloc[0])
    places = list(dict.fromkeys(zip(shown["dataset"], shown["model"], strict=True)))
    figure, grid = _grid(len(places), settings["width"])
    inches = settings["width"] / min(COLUMNS, len(places)) - 0.6
    for axes, place in zip(grid, places, strict=True):
        rows = shown[(shown["dataset"] == place[0]) & (shown["model"] == place[1])]
        _draw_panel(axes, rows, rows["figure_or_table"] == THIS_RUN, inches)
        axes.set_title("\n".join([*place, _standing(rows, place == here)]))
    legend(figure, _entries(shown["method"]))
    tell(figure, _finding(table, here))
    return Drawn(figure, table)


def _standing(rows: DataFrame, here: bool) -> str:
    """What a panel has to do with this run."""
    compared = rows["difference_mean"].notna().any()
    alone = rows["value"].isna().all()
    return ("this run" if compared or alone else "this run, not comparable") if here else "not comparable"


def _grid(count: int, width: float) -> tuple[Figure, list[Axes]]:
    """Panels whose axes differ: accuracies of two data sets have nothing in common."""
    from matplotlib.figure import Figure

    rows = -(-count // COLUMNS)
    figure = Figure((width, 2.2 * rows + 0.3), layout="constrained")
    grid = figure.subplots(rows, min(COLUMNS, count), squeeze=False)
    for unused in grid.ravel()[count:]:
        unused.remove()
    for axes in grid[:, 0]:
        axes.set_ylabel("test accuracy (%)")
    found = list(grid.ravel()[:count])
    for axes in found:
        axes.set_xlabel("density")
    return figure, found


def _draw_panel(axes: Axes, rows: DataFrame, mine: Series, inches: float) -> None:
    for ours, points in ((False, rows[~mine]), (True, rows[mine])):
        for method, line in points.groupby("method", sort=False):
            line = line.sort_values("density", ascending=False)
            drawing = _drawing(method) | {"linewidth": 0.8, "markersize": 4.2 if len(line) < 10 else 2.6}
            # Values of one density are of several sources, and no line.
            drawing |= {"linestyle": ""} if line["density"].duplicated().any() else {}
            if not ours:
                axes.plot(line["density"], line["value"], markerfacecolor="white", **drawing)
                continue
            draw_intervals(axes, line["density"], line, "ours", **drawing)
    density_axis(axes, rows["density"], inches)


def _look(method: str) -> Look:
    """As everywhere; dynamic baselines go by their names in print."""
    look = look_of(method)
    return look._replace(label=IN_PRINT.get(method, look.label))


def _drawing(method: str) -> dict[str, Any]:
    """The look of a method; the dense network, a line without markers elsewhere, has a plus."""
    drawing = _look(method).drawing
    return drawing if drawing["marker"] else drawing | {"marker": "P", "markersize": 4.0}


def _entries(methods: Series) -> list[Line2D]:
    from matplotlib.lines import Line2D

    square = {"color": "0.35", "marker": "s", "markersize": 3.6, "linestyle": ""}
    of_methods = [Line2D([], [], label=_look(method).label, **_drawing(method)) for method in in_order(methods)]
    ours = Line2D([], [], label="ours", **square)
    return [*of_methods, ours, Line2D([], [], label="published", **square | {"markerfacecolor": "white"})]


def _finding(table: DataFrame, here: tuple[str, str]) -> str:
    """Of each method that can be compared the mean difference over its densities, with that of the largest one."""
    there = table[table["difference_mean"].notna()]
    if there.empty:
        return f"no published value is of {here[0]} and {here[1]}, so none is compared; the table says why of each."
    said = []
    for method, rows in there.groupby("method", sort=False):
        row = rows.loc[rows["difference_mean"].abs().idxmax()]
        interval = (
            ""
            if row["difference_low"] != row["difference_low"]
            else (f" [{row['difference_low']:.1f}, {row['difference_high']:.1f}]")
        )
        said.append(
            f"{_look(method).label} {rows['difference_mean'].mean():.1f} over {len(rows)} values, furthest "
            f"{row['difference_mean']:.1f}{interval} at {decimal(row['density'])}"
        )
    return f"ours minus published, in points (best test epoch there, last epoch here): {'; '.join(said)}."
