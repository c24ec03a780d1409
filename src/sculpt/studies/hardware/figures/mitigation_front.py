"""What the aligned loss buys: accuracy against fairness violation for each of its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting import style
from sculpt.plotting.axes import decimal
from sculpt.plotting.colours import palette
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.legends import legend
from sculpt.plotting.looks import look_of
from sculpt.plotting.panels import say
from sculpt.plotting.series import series
from sculpt.plotting.settings import FigureSettings
from sculpt.studies.hardware.drawing import entry

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

TABLES = ("summary", "hardware", "profiles")
CAPTION = """Accuracy against fairness violation for each weight of the aligned loss, on the validation split, which may
choose a weight, and on the test split. Weight 0 is the plain loss. Filled markers: the violation of the same training
under another execution profile, means over seeds and profiles with standard errors. Open, larger: another seed,
the control; what moves it as much is no remedy against profiles. Accuracy is the mean of the networks that are
compared. The loss and the violation are definitions of this project."""

SPLITS = {"validation": "validation", "test": "test"}
LABELS = ["method", "mask", "start_density", "target_density", "criterion", "transform", "cycle"]
BARS = {"elinewidth": 0.7, "capsize": 1.5, "capthick": 0.7}
COMPARED = {"profile": "violation", "seed": "violation_seed"}
COLUMNS = ["split", *LABELS, "weight", "compared", "profiles"]
MEASURED = ["violation", "violation_se", "accuracy", "accuracy_se", "seeds"]


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """One panel per split, validation on the left; a line is one network through its weights.

    Table columns: split (the panel), the network's labels, weight, compared (profile: training under other profiles;
    seed: another seed), profiles (their names), violation and accuracy (points and percent; means over seeds) with
    their standard errors violation_se and accuracy_se (empty for one seed), seeds.
    """
    from matplotlib.figure import Figure

    points = _points(tables)
    figure = Figure((settings["width"], 2.9), layout="constrained")
    if points.empty:
        say(figure.subplots(), "This experiment has no aligned loss under two execution profiles.")
        return Drawn(figure, points)
    grid = figure.subplots(1, len(SPLITS), sharex=True, sharey=True)
    weights = sorted(points["weight"].unique())
    shades = {weight: palette()((place + 0.5) / len(weights)) for place, weight in enumerate(weights)}
    for axes, (split, title) in zip(grid, SPLITS.items(), strict=True):
        _draw_panel(axes, points[points["split"] == split], shades)
        axes.set_title(title)
        axes.set_xlabel("violation\n(points of accuracy)")
    grid[0].set_ylabel("accuracy (%)\nmean ± standard error")
    square = {"marker": "s", "markersize": 5}
    entries = [
        entry("weight 0 (plain loss)" if weight == 0 else f"weight {decimal(weight)}", color=shade, **square)
        for weight, shade in shades.items()
    ]
    entries += [entry("another seed", color="0.35", marker="o", markersize=6.5, markerfacecolor="none")]
    networks = points.drop_duplicates(LABELS)
    if len(networks) > 1:
        named = [_named(row) for row in networks.to_dict("records")]
        entries += [entry(name, color="0.35", **_marker(place)) for place, name in enumerate(named)]
    legend(figure, entries)
    return Drawn(figure, points)


def _points(tables: Any) -> DataFrame:
    import pandas as pd

    from sculpt.core.rounding import rounded
    from sculpt.studies.hardware.sweep import sweep

    rows = sweep(tables)
    if rows.empty:
        return pd.DataFrame(columns=[*COLUMNS, *MEASURED])
    found = []
    for compared, column in COMPARED.items():
        of = rows.assign(violation=rows[column]).groupby(["network", "split", "weight"], sort=False)
        means = of[["violation", "accuracy"]].mean().map(rounded)
        errors = of[["violation", "accuracy"]].sem().map(rounded).add_suffix("_se")
        labels = of[[*LABELS, "profiles"]].first()
        part = labels.join([means, errors, of["seed"].nunique().rename("seeds")]).reset_index()
        found.append(part.assign(compared=compared))
    points = pd.concat(found, ignore_index=True)
    points = points.assign(place=points["split"].map(list(SPLITS).index), control=points["compared"] == "seed")
    points = points.sort_values(["place", "control", "network", "weight"], kind="stable")
    return points[[*COLUMNS, *MEASURED]].reset_index(drop=True)


def _draw_panel(axes: Axes, points: DataFrame, shades: dict[float, Any]) -> None:
    for place, (_, of_network) in enumerate(points.groupby(LABELS, dropna=False, sort=False)):
        for compared, of in of_network.groupby("compared", sort=False):
            line = {"linestyle": "-" if compared == "profile" else ":", "linewidth": 0.8}
            axes.plot(of["violation"], of["accuracy"], color="0.7", zorder=1, **line)
            for row in of.to_dict("records"):
                shade = shades[row["weight"]]
                drawing = {"color": shade, "zorder": 3, **BARS, **_marker(place)}
                if compared == "seed":
                    drawing |= {"markerfacecolor": "none", "markersize": 6.5}  # round the filled one, where both meet
                errors = {"yerr": row["accuracy_se"], "xerr": row["violation_se"]}
                axes.errorbar(row["violation"], row["accuracy"], **errors, **drawing)


def _marker(place: int) -> dict[str, Any]:
    return {"marker": "os^Dv<"[place % 6], "markersize": 4.5}


def _named(row: dict[str, Any]) -> str:
    import pandas as pd

    (name,) = series(pd.DataFrame([row | {"variant": None}]))
    return f"{look_of(name).label} at {decimal(row['target_density'])}"
