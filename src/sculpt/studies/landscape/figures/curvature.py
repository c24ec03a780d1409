"""Sharpness over the cycles of training: the largest Hessian eigenvalue, and what it has to be read beside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sculpt.plotting import axes as scales
from sculpt.plotting import style
from sculpt.plotting.colours import palette
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.findings import tell
from sculpt.plotting.legends import handle, legend
from sculpt.plotting.looks import Look, look_of, mask_look
from sculpt.plotting.panels import say
from sculpt.plotting.settings import FigureSettings

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

TABLES = ("summary", "curvature")
NEEDS = ("cyclic", "dense")
CAPTION = """How sharp the minimum is at the end of each cycle: the largest eigenvalue of the training loss's Hessian,
that times the squared norm of the weights, the training loss, and the norm of its gradient. The paper says that the
eigenvalue falls over cycles, in dense networks and in sparse ones (figure 3 in public reviews; its numbers and its
batches were not found). All four are of the same training images without augmentation, in evaluation mode, and of all
parameters that the mask keeps; the authors' code has the 20 largest by power iteration. The eigenvalue alone changes
with the size of the weights, which change nothing of a network with batch norm: hence the second panel. A point is the
geometric mean over seeds, a band one standard deviation of the logarithms."""

PANELS = {
    "eigenvalue": "largest Hessian\neigenvalue",
    "scaled": "eigenvalue times\nsquared weight norm",
    "train_loss": "training loss (nats)",
    "gradient_norm": "gradient norm",
}
COLUMNS = ["panel", "method", "mask", "target_density", "run", "cycle", "node"]
FALL = ["ratio", "ratio_low", "ratio_high"]
MARKERS = "sDv^X*<P"


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """Four panels over cycles, with a line for each plain dense and cyclic run of the table; all axes are logarithmic.

    Table columns: panel (a column of the table `curvature`), method, mask, target_density, run, cycle, node,
    value (geometric mean over seeds), value_low and value_high (it over and times e to the standard deviation of the
    seeds' logarithms; empty for one seed), seeds; and of the panel and run ratio (geometric mean over seeds of the last
    cycle's value over the first's) with its 95 % interval ratio_low and ratio_high (empty for one seed). Values that
    are not positive have no place on the axes; then ratio is empty too.
    """
    from matplotlib.figure import Figure

    points = _points(tables)
    figure = Figure((settings["width"], 4.2), layout="constrained")
    if points.empty:
        say(figure.subplots(), "This experiment has no curvature of dense or cyclic runs.")
        return Drawn(figure, points)
    grid = figure.subplots(2, 2, sharex=True).ravel()
    looks = _looks(points)
    for axes, (panel, label) in zip(grid, PANELS.items(), strict=True):
        _draw_panel(axes, points[points["panel"] == panel], looks)
        axes.set_ylabel(label)
    for axes in grid[2:]:
        axes.set_xlabel("cycle")
    grid[0].set_xticks(sorted(points["cycle"].unique()))
    legend(figure, [handle(look) for look in looks.values()])
    tell(figure, " ".join(_findings(points, looks)))
    return Drawn(figure, points)


def _points(tables: Any) -> DataFrame:
    import numpy as np
    import pandas as pd

    from sculpt.core.rounding import rounded
    from sculpt.statistics.pooling import pooled
    from sculpt.studies.landscape.rows import over_cycles

    rows, parts = over_cycles(tables), []
    for panel in PANELS:
        of = rows.assign(panel=panel, log=np.log(rows[panel].where(rows[panel] > 0)))
        logs = pooled(of, COLUMNS, "log", "curvature").dropna(subset=["log_mean"])
        mean, sd = logs["log_mean"], logs["log_sd"]
        values = {"value": np.exp(mean), "value_low": np.exp(mean - sd), "value_high": np.exp(mean + sd)}
        found = logs[COLUMNS].assign(**{name: part.map(rounded) for name, part in values.items()}, seeds=logs["seeds"])
        ratios = [_ratio(run, cycles) for run, cycles in of.groupby("run", sort=False)]
        parts.append(found.merge(pd.DataFrame(ratios, columns=["run", *FALL]), on="run"))
    points = pd.concat(parts, ignore_index=True)
    return points.sort_values(["target_density", "cycle"], ascending=[False, True], kind="stable", ignore_index=True)


def _ratio(run: str, rows: DataFrame) -> dict[str, Any]:
    """Of one run, of the seeds' logarithms."""
    import math

    import numpy as np

    from sculpt.core.rounding import rounded
    from sculpt.statistics.two_way import estimate

    by_cycle = rows.pivot(index="cycle", columns="seed", values="log").sort_index()
    logs = (by_cycle.iloc[-1] - by_cycle.iloc[0]).to_numpy()
    if np.isnan(logs).any() or len(by_cycle) < 2:
        return {"run": run} | dict.fromkeys(FALL, math.nan)
    found = estimate(logs)
    values = (found.effect, *(found.interval() or (math.nan, math.nan)))
    return {"run": run} | dict(zip(FALL, (rounded(math.exp(value)) for value in values), strict=True))


def _looks(points: DataFrame) -> dict[str, Look]:
    """Of each run: the dense network as everywhere, the others darker the sparser they are."""
    found, sparse = {}, points[points["method"] != "dense"].drop_duplicates("run")
    for run in points.loc[points["method"] == "dense", "run"].unique():
        found[run] = look_of("dense")._replace(marker="o")
    for place, row in enumerate(sparse.itertuples()):
        red, green, blue, _ = palette()((place + 0.5) / len(sparse))
        color = "#" + "".join(f"{round(255 * part):02x}" for part in (red, green, blue))
        label = f"cyclic, {mask_look(row.mask).label} {scales.decimal(row.target_density)}"
        found[row.run] = Look(label, color, MARKERS[place % len(MARKERS)])
    return found


def _draw_panel(axes: Axes, points: DataFrame, looks: dict[str, Look]) -> None:
    axes.grid(False, axis="x")
    for run, of in points.groupby("run", sort=False):
        axes.plot(of["cycle"], of["value"], **looks[run].drawing)
        low, high = (of[end].fillna(of["value"]) for end in ("value_low", "value_high"))
        axes.fill_between(of["cycle"], low, high, color=looks[run].color, **style.BAND)
    if len(points):
        low, high = (points[end].fillna(points["value"]) for end in ("value_low", "value_high"))
        scales.log_axis(axes.yaxis, low.min() / 1.3, high.max() * 1.3, _label, 6)


def _label(value: float) -> str:
    return scales.scientific(value) if value >= 1e4 else f"{value:g}"


def _findings(points: DataFrame, looks: dict[str, Look]) -> Iterator[str]:
    """How the first two panels change from the first cycle to the last."""
    from sculpt.studies.landscape.words import in_words

    yield "the last cycle's value over the first's, with 95 % intervals over seeds."
    for panel, name in (("eigenvalue", "Eigenvalue"), ("scaled", "Times squared norm")):
        of = points[points["panel"] == panel].dropna(subset=["ratio"]).drop_duplicates("run")
        found = []
        for row in of.itertuples():
            interval = None if row.ratio_low != row.ratio_low else (row.ratio_low, row.ratio_high)
            found.append(f"{looks[row.run].label}: {in_words(row.ratio, interval)}")
        yield f"{name}: {'; '.join(found)}."
