"""LRR and IMP whose signs are flipped at random through training, beside those that are left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting import style
from sculpt.plotting.axes import decimal, density_axis
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.findings import tell
from sculpt.plotting.legends import legend
from sculpt.plotting.looks import look_of
from sculpt.plotting.panels import say
from sculpt.plotting.settings import FigureSettings

if TYPE_CHECKING:
    from pandas import DataFrame

TABLES = ("summary",)
NEEDS = ("lrr", "imp")
CAPTION = """Test accuracy of LRR and IMP against density, left alone and with the signs of kept convolution weights
flipped at random through training (arXiv 2402.19262: LRR is robust to sign perturbations; in its public reviews, IMP
does not recover; no values were found). Left: accuracy; right: what the perturbation costs, paired by seed. Error bars
are one standard deviation over the seeds. Ours: how often signs are flipped, as many times in each short cycle as fit
it; and a weight goes on with the momentum that it had."""

COLUMNS = ["method", "perturbed", "target_density"]
MEASURED = ["test_accuracy_mean", "test_accuracy_sd", "cost_mean", "cost_sd", "seeds"]


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """Two panels over density, at which a method has both of its ladders (`sculpt.studies.signs.perturbed`).

    Table columns: method, perturbed, target_density, test_accuracy_mean and _sd (percent), cost_mean and _sd (points
    that the perturbation takes; empty for the plain ladder), seeds.
    """
    from matplotlib.figure import Figure

    from sculpt.studies.signs.perturbed import VARIANT

    sides = _sides(tables)
    points = _points(sides)
    figure = Figure((settings["width"], 2.6), layout="constrained")
    if points.empty:
        entry = f"an entry {{method: ..., ladder: [...], variant: {VARIANT}}} in runs adds one"
        say(figure.subplots(), f"This experiment has no ladder of LRR or IMP whose signs are flipped: {entry}.")
        return Drawn(figure, points)
    left, right = figure.subplots(1, 2, sharex=True)
    for (method, perturbed), line in points.groupby(["method", "perturbed"], sort=False):
        look = _look(method, perturbed)
        at, bars = line["target_density"], {"elinewidth": 0.7, "capsize": 1.5, "capthick": 0.7}
        left.errorbar(at, line["test_accuracy_mean"], line["test_accuracy_sd"], **bars, **look)
        if perturbed:
            right.errorbar(at, line["cost_mean"], line["cost_sd"], **bars, **look)
    right.axhline(0, color="0.6", linewidth=0.6, zorder=0)
    left.set_ylabel("test accuracy (%)\nmean ± sd")
    right.set_ylabel("cost of the perturbation (points)\nmean ± sd")
    for axes in (left, right):
        axes.set_xlabel("density")
    density_axis(left, points["target_density"], settings["width"] / 2 - 0.7)
    legend(figure, _entries(points))
    tell(figure, _finding(sides))
    return Drawn(figure, points)


def _sides(tables: Any) -> dict[str, list[DataFrame]]:
    """The plain and the perturbed ladder of each method that has both, at the densities that they share."""
    from sculpt.studies.signs.perturbed import METHODS, at_shared_densities, ladder

    found = {}
    for method in METHODS:
        sides = at_shared_densities([ladder(tables.summary, method, perturbed) for perturbed in (False, True)])
        if len(sides[0]):
            found[method] = sides
    return found


def _points(found: dict[str, list[DataFrame]]) -> DataFrame:
    import pandas as pd

    from sculpt.statistics.pooling import pooled

    parts = []
    for method, (plain, perturbed) in found.items():
        lost = plain["test_accuracy"].to_numpy() - perturbed["test_accuracy"].to_numpy()
        for side in (plain, perturbed.assign(cost=lost)):
            rows = side.assign(perturbed="cost" in side, cost=side.get("cost"))
            means = pooled(rows, [*COLUMNS, "criterion"], "test_accuracy", "sign_perturbation")
            costs = pooled(rows.astype({"cost": float}), [*COLUMNS, "criterion"], "cost", "sign_perturbation")
            measured = means.merge(costs.drop(columns="seeds"), on=[*COLUMNS, "criterion"])
            parts.append(measured.assign(method=method).sort_values("target_density", ascending=False))
    columns = [*COLUMNS, *MEASURED]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _look(method: str, perturbed: bool) -> dict[str, Any]:
    look = look_of(method).drawing
    return look | ({"linestyle": ":", "markerfacecolor": "white"} if perturbed else {"linestyle": "-"})


def _entries(points: DataFrame) -> list:
    from matplotlib.lines import Line2D

    return [
        Line2D(
            [], [], label=f"{look_of(method).label}{', signs flipped' if perturbed else ''}", **_look(method, perturbed)
        )
        for method, perturbed in points[["method", "perturbed"]].drop_duplicates().itertuples(index=False)
    ]


def _finding(found: dict[str, list[DataFrame]]) -> str:
    """What the perturbation costs each method at the lowest density that it has."""
    from sculpt.studies.signs.words import with_interval

    said = []
    for method, sides in found.items():
        lowest = sides[0]["target_density"].min()
        plain, perturbed = (side[side["target_density"] == lowest]["test_accuracy"].to_numpy() for side in sides)
        lost = with_interval(plain - perturbed)
        said.append(f"flipping signs costs {look_of(method).label} {lost} at {decimal(lowest)}")
    return f"{'; '.join(said)}."
