"""What of a group goes with the change of its accuracy: gradient norm, Hessian eigenvalue, distance to the boundary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting import axes as scales
from sculpt.plotting import style
from sculpt.plotting.colours import palette
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.legends import legend
from sculpt.plotting.looks import look_of
from sculpt.plotting.panels import say
from sculpt.plotting.series import in_order, series
from sculpt.plotting.settings import FigureSettings
from sculpt.studies.hardware.drawing import entry, half_words, marker, note

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

TABLES = ("summary", "hardware", "profiles", "mechanism")
CAPTION = """What of a group goes with the change of its accuracy under training with another execution profile: the
norm of the group's gradient, the largest eigenvalue of its Hessian (both within the mask), and of its images the mean
first-order distance to the decision boundary and two proxies of nearness to it: closeness, 1 less the sum of squared
probabilities, and margin, the lead of the largest probability; all of the plain network. A point is one group of one
network, a mean over seeds and profiles; where no small step reaches the boundary the distance is infinite, ranks as the
largest, and has no place here. The numbers are rank correlations over the groups of one network, averaged over networks
and profiles for each seed, with the 95 % t interval over seeds, so density explains none of them; below stands the same
for a change of seed alone. Open markers are networks that have less than half of the dense network's accuracy on
validation; the numbers leave them out. Definitions are of this project."""

PANELS = {
    "gradient_norm": "gradient norm\nof the group",
    "eigenvalue": "largest Hessian\neigenvalue",
    "boundary_distance": "distance to the\ndecision boundary",
    "closeness": "closeness to\nthe boundary",
    "margin": "margin of\nprobabilities",
}
BESIDE = 5.2
"""From this width on, in inches, three panels stand side by side; else two."""
EDGE = {"markeredgecolor": "white", "markeredgewidth": 0.3}
LABELS = ["method", "mask", "start_density", "target_density", "criterion", "transform", "cycle"]
MEASURED = ["value", "error_change", "seeds"]
CORRELATED = ["correlation", "correlation_low", "correlation_high", "correlation_seed"]
COLUMNS = ["panel", *LABELS, "left_out", "group", "few", *MEASURED, *CORRELATED]


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """A panel for each measure; they share the change of the error.

    Table columns: panel (the column of the table `mechanism`), the network's labels, left_out (whether the correlations
    leave it out, as too inaccurate), group, few, value (mean over seeds; empty where it is infinite), error_change
    (mean absolute change of the error, points), seeds; and of the panel correlation with its interval correlation_low
    and correlation_high (empty for one seed), and correlation_seed (of a change of seed).
    """
    from matplotlib.figure import Figure

    from sculpt.studies.hardware.accurate import inaccurate

    gone = inaccurate(tables)
    points = _points(tables, set(gone["network"]))
    gone = gone[gone["network"].isin(points["network"])]
    columns = 3 if settings["width"] >= BESIDE else 2
    rows = -(-len(PANELS) // columns)
    figure = Figure((settings["width"], 0.4 + 2.4 * rows), layout="constrained")
    if points.empty:
        say(figure.subplots(), "This experiment has no group that changes under training with another profile.")
        return Drawn(figure, points[COLUMNS])
    grid = figure.subplots(rows, columns, sharey=True).ravel()
    densities = sorted(points["target_density"].unique(), reverse=True)
    shades = {density: palette()((place + 0.5) / len(densities)) for place, density in enumerate(densities)}
    for axes in grid[len(PANELS) :]:
        axes.axis("off")
    for axes, (panel, label) in zip(grid, PANELS.items(), strict=False):
        _draw_panel(axes, points[points["panel"] == panel], shades)
        axes.set_xlabel(label)
    for axes in grid[::columns]:
        axes.set_ylabel("absolute change of\naccuracy (points)")
    grid[0].set_ylim(bottom=-0.03 * points["error_change"].max() or -1.0)
    names = in_order(series(points.assign(variant=None)))
    entries = [entry(look_of(name).label, **marker(name), color="0.35") for name in names]
    entries += [
        entry(f"density {scales.decimal(density)}", color=shade, marker="s", markersize=5)
        for density, shade in shades.items()
    ]
    legend(figure, entries)
    note(figure, half_words(gone))
    return Drawn(figure, points[COLUMNS])


def _points(tables: Any, gone: set[str]) -> DataFrame:
    import math

    import pandas as pd

    from sculpt.core.rounding import rounded
    from sculpt.studies.hardware.correlations import explained
    from sculpt.studies.hardware.effects import trained

    effect = trained(tables)
    rows, seed = (explained(part[part["split"] == "test"], tables) for part in (effect.rows, effect.seed))
    if rows.empty:
        return pd.DataFrame(columns=["network", *COLUMNS])
    rows = rows.assign(change=rows["error_change"].abs())
    by = ["network", "group"]
    parts = []
    for panel in PANELS:
        of = rows.replace({panel: math.inf}, math.nan).groupby(by, sort=False)
        means = of.agg(
            value=(panel, "mean"), error_change=("change", "mean"), seeds=("seed", "nunique"), few=("few", "any")
        )
        labels = of[LABELS].first()
        kept = rows[~rows["network"].isin(gone)]
        of_seed = seed[seed["network"].isin(kept["network"])]  # others have no training under a profile beside them
        parts.append(labels.join(means).reset_index().assign(panel=panel, **_correlated(kept, of_seed, panel)))
    points = pd.concat(parts, ignore_index=True)
    points = points.assign(left_out=points["network"].isin(gone))
    numbers = ["value", "error_change"]
    points[numbers] = points[numbers].map(rounded)
    return points


def _correlated(rows: DataFrame, seed: DataFrame, column: str) -> dict[str, float | None]:
    """The correlation of a panel, over seeds; not a number where no network has one."""
    import math

    from sculpt.statistics.judgement.verdict import bounds, rounded
    from sculpt.statistics.two_way import estimate
    from sculpt.studies.hardware.correlations import correlations

    found = [correlations(part, column).groupby("seed")["correlation"].mean().dropna() for part in (rows, seed)]
    values = [estimate(of.to_numpy()) if len(of) else None for of in found]
    low, high = bounds(values[0].interval()) if values[0] else (None, None)
    means = [rounded(value.effect) if value else math.nan for value in values]
    return dict(zip(CORRELATED, (means[0], low, high, means[1]), strict=True))


def _draw_panel(axes: Axes, points: DataFrame, shades: dict[float, Any]) -> None:
    named = points.assign(series=series(points.assign(variant=None)))
    for (name, density, gone), of in named.groupby(["series", "target_density", "left_out"], sort=False):
        drawing = marker(name) | {"color": shades[density], "linestyle": "", **EDGE}
        if name == "dense":
            drawing["zorder"] = 3  # its points are few, and where most others are
        else:
            drawing["markersize"] *= 1.25  # less its edge
        if gone:
            drawing |= {"markerfacecolor": "none", "markeredgecolor": shades[density], "markeredgewidth": 0.8}
        axes.plot(of["value"], of["error_change"], **drawing)
    low, high = (float(end) for end in (points["value"].min(), points["value"].max()))
    if low > 0 and high / low >= 8:
        scales.log_axis(axes.xaxis, low / 1.3, high * 1.3, lambda value: f"{value:g}", 4)
    first = points.iloc[0]
    lines = ["rank correlation", _interval(first), f"another seed: {_number(first['correlation_seed'])}"]
    axes.set_title("\n".join(lines), fontsize=style.SMALLEST_FONT)


def _interval(row: Any) -> str:
    low, high = row["correlation_low"], row["correlation_high"]
    between = "" if low is None or low != low else f" ({_number(low)}, {_number(high)})"
    return f"profiles: {_number(row['correlation'])}{between}"


def _number(value: float) -> str:
    return "none" if value != value else f"{value:.2f}"
