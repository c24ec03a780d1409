"""What trained networks cost to run and to keep: latency, throughput, memory and size on disk against density."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting import axes as scales
from sculpt.plotting import style
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.legends import legend
from sculpt.plotting.looks import look_of
from sculpt.plotting.panels import say
from sculpt.plotting.series import in_order, series
from sculpt.plotting.settings import FigureSettings
from sculpt.studies.hardware.drawing import entry, every_density, in_thousands, marker, note

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame, Series

TABLES = ("summary", "costs")
CAPTION = """What trained networks cost on the machine that the table names: latency of one image (median, with the
bounds of the table), throughput at the largest batch, peak memory, and size on disk, against density, the dense
network on the left. Kernels skip the weights that are cut, torch does not. A dotted line is the density at and below
which kernels cost less; where there is none, the note says whether they do at every density or at none. At density 1
they skip nothing, so a lead there is of the implementation; what skipping alone brings is the share that the sparsest
network takes of the kernels' own cost at density 1. Size: all weights as they are, the mask as bits
with the kept weights, and that compressed. Timings belong to that machine and to these implementations."""

PANELS = {
    "latency_ms": "latency (ms),\nbatch 1",
    "throughput": "images per second,\nbatch {batch}",
    "peak_memory_mib": "peak memory (MiB)",
    "size": "size on disk (KiB)",
}
ENGINES = {"kernels": ("kernels, skip zeros", "#0072B2"), "torch": ("torch, dense", "#D55E00")}
SIZES = {
    "size_dense": ("all weights", "#777777"),
    "size_packed": ("bits and kept weights", "#009E73"),
    "size_compressed": ("compressed", "#CC79A7"),
}
PAYS = {"color": "0.5", "linewidth": 0.8, "linestyle": ":"}
LABELS = ["method", "mask", "start_density", "target_density", "criterion", "transform"]
COLUMNS = ["panel", "line", *LABELS, "run", "cycle", "density_kept", "kind", "batch"]
MEASURED = ["value", "lower", "upper", "pays_at", "own_percent", "processor"]
TIMED = {"latency_ms": "latency", "throughput": "throughput"}
"""The panels of costs in time, and how a note calls them."""


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """Four panels over density; each line begins in the dense network.

    Table columns: panel (latency_ms, throughput, peak_memory_mib or size), line (the series), the network's labels,
    run, cycle, density_kept, kind (kernels, torch, or one of the sizes), batch (empty for sizes), value (milliseconds,
    images per second, MiB, or KiB), lower and upper (of latencies), pays_at (the density at and below which kernels
    cost less than torch on this line; empty where they never do), own_percent (of the kernels alone: time, in percent
    of that at density 1; empty without a dense network), processor.
    """
    from matplotlib.figure import Figure

    points = _points(tables)
    # Narrow figures have more rows of legend.
    figure = Figure((settings["width"], 4.3 if settings["width"] >= 5 else 4.9), layout="constrained")
    if points.empty:
        say(figure.subplots(), "This experiment has no measured costs of its networks.")
        return Drawn(figure, points)
    grid = figure.subplots(2, 2, sharex=True).ravel()
    for axes, (panel, label) in zip(grid, PANELS.items(), strict=True):
        of = points[points["panel"] == panel]
        _draw_panel(axes, of)
        axes.set_ylabel(label.format(batch=_batch(of)))
    for axes in grid[2:]:
        axes.set_xlabel("density")
    every_density(grid[0], points["target_density"], (settings["width"] - 1.2) / 2)
    entries = [entry(label, color=color, linestyle="-") for label, color in (*ENGINES.values(), *SIZES.values())]
    names = in_order(points["line"])
    if len(names) > 1:
        entries += [entry(look_of(name).label, **marker(name), color="0.35") for name in names]
    if len(_inside(points)):
        entries.append(entry("kernels cost less from here on", **PAYS))
    legend(figure, entries)
    note(figure, " ".join(filter(None, [_where_it_pays(points), _of_own_cost(points)])))
    return Drawn(figure, points)


def _points(tables: Any) -> DataFrame:
    import pandas as pd

    ends = tables.results[["run", "cycle", *LABELS, "variant"]].drop_duplicates()
    rows = tables.costs.merge(ends, on=["run", "cycle"]).assign(lower=float("nan"), upper=float("nan"))
    if rows.empty:
        return pd.DataFrame(columns=[*COLUMNS, *MEASURED])
    single, many = rows[rows["batch"] == 1], rows[rows["batch"] == rows["batch"].max()]
    parts = [
        single.assign(value=single["latency_ms"], lower=single["latency_lower"], upper=single["latency_upper"]),
        many.assign(value=many["throughput"]),
        many.assign(value=many["peak_memory_mib"]),
    ]
    parts = [part.assign(kind=part["engine"]) for part in parts]
    each = rows.drop_duplicates(["run", "cycle"])
    sizes = [each.assign(value=(each[size] / 1024).round(3), kind=size, batch=None, processor=None) for size in SIZES]
    parts.append(pd.concat(sizes))
    points = pd.concat([part.assign(panel=panel) for panel, part in zip(PANELS, parts, strict=True)], ignore_index=True)
    points = _in_lines(points).dropna(subset=["value"])
    points = points.assign(cost=_cost(points))
    points = points.assign(
        pays_at=_pays_at(points), own_percent=_own_percent(points), place=points["panel"].map(list(PANELS).index)
    )
    points = points.sort_values(["place", "density_kept"], ascending=[True, False], kind="stable")
    return points[[*COLUMNS, *MEASURED]].reset_index(drop=True)


def _in_lines(points: DataFrame) -> DataFrame:
    """With the column line; the dense network is in every line, and in one of its own where there is no other."""
    import pandas as pd

    names = pd.Series(series(points), index=points.index, dtype=object)
    dense = points["method"] == "dense"
    lines = list(dict.fromkeys(names[~dense])) or list(dict.fromkeys(names))
    return pd.concat([points[dense | (names == line)].assign(line=line) for line in lines], ignore_index=True)


def _cost(points: DataFrame) -> Series:
    """Of throughput the seconds per image, so that less is better."""
    return points["value"].where(points["panel"] != "throughput", 1 / points["value"])


def _own_percent(points: DataFrame) -> Series:
    """What each network's time with the kernels is of theirs at density 1, percent."""
    from sculpt.core.rounding import rounded

    kernels = points[(points["kind"] == "kernels") & points["panel"].isin(TIMED)]
    dense = kernels[kernels["method"] == "dense"].groupby(["panel", "line"])["cost"].first().rename("dense")
    return (100 * kernels["cost"] / kernels.join(dense, on=["panel", "line"])["dense"]).map(rounded)


def _pays_at(points: DataFrame) -> list[float | None]:
    """Of each point's line: the density at and below which skipping pays."""
    from sculpt.core.rounding import rounded
    from sculpt.studies.hardware.crossing import crossing

    found = {}
    for (panel, line), of in points.groupby(["panel", "line"], sort=False):
        by_kind = of.pivot_table(index="density_kept", columns="kind", values="cost")
        if panel in TIMED and set(ENGINES) <= set(by_kind):
            pair = by_kind[list(ENGINES)].dropna()
            at = crossing(pair.index.tolist(), pair["kernels"].tolist(), pair["torch"].tolist()) if len(pair) else None
            found[panel, line] = None if at is None else rounded(at)
    return [found.get(pair) for pair in zip(points["panel"], points["line"], strict=True)]


def _draw_panel(axes: Axes, points: DataFrame) -> None:
    from matplotlib.ticker import NullLocator

    axes.grid(False, axis="x")
    colours = {kind: color for kind, (_, color) in (ENGINES | SIZES).items()}
    for (line, kind), of in points.groupby(["line", "kind"], sort=False):
        drawing = marker(line) | {"color": colours[kind]}
        axes.plot(of["density_kept"], of["value"], **drawing)
        if of["lower"].notna().any():
            axes.vlines(of["density_kept"], of["lower"], of["upper"], color=colours[kind], linewidth=0.7)
    for at in _inside(points):
        axes.axvline(at, **PAYS, zorder=0)
    low, high = points["value"].min(), points["value"].max()
    if low > 0 and high / low >= 3:
        scales.log_axis(axes.yaxis, low / 1.3, high * 1.3, in_thousands, 6)
    else:
        axes.set_ylim(bottom=0)
        axes.yaxis.set_minor_locator(NullLocator())


def _inside(points: DataFrame) -> list[float]:
    """Where the lines cross between two networks: not where kernels cost less at every density, nor at none."""
    crossed = points["pays_at"].astype(float) < points["density_kept"].max()
    return points.loc[crossed, "pays_at"].unique().tolist()


def _where_it_pays(points: DataFrame) -> str:
    """In words: `Latency and throughput: kernels cost less up to density 0.25.`"""
    said: dict[str, list[str]] = {}
    for panel, name in TIMED.items():
        of = points[points["panel"] == panel]
        if set(ENGINES) <= set(of["kind"]):
            said.setdefault(_pays(of.drop_duplicates("line"), of["density_kept"].max()), []).append(name)
    return " ".join(f"{' and '.join(names).capitalize()}: kernels cost less {at}." for at, names in said.items())


def _pays(lines: DataFrame, largest: float) -> str:
    found = lines["pays_at"].dropna().astype(float)
    if found.empty:
        return "at no density here"
    if len(found) == len(lines) and (found >= largest).all():
        return "at every density here" + ", at density 1 too, where they skip nothing" * bool(largest >= 1)
    ends = list(dict.fromkeys(f"{value:.2g}" for value in (found.min(), found.max())))
    some = "" if len(found) == len(lines) else ", not for every method"
    return f"up to density {' to '.join(ends)}{some}"


def _of_own_cost(points: DataFrame) -> str:
    """In words: `Of the kernels' own cost at density 1, density 0.01 takes 39 to 41 % (latency), 17 % (throughput).`"""
    found, sparsest = [], []
    for panel, name in TIMED.items():
        of = points[(points["panel"] == panel) & points["own_percent"].notna() & (points["method"] != "dense")]
        least = of.sort_values("density_kept").drop_duplicates("line")
        if len(least):
            ends = dict.fromkeys(f"{value:.0f}" for value in (least["own_percent"].min(), least["own_percent"].max()))
            found.append(f"{' to '.join(ends)} % ({name})")
            sparsest += least["target_density"].tolist()
    ends = dict.fromkeys(f"{value:g}" for value in (min(sparsest), max(sparsest))) if sparsest else {}
    return (
        f"Of the kernels' own cost at density 1, density {' to '.join(ends)} takes {', '.join(found)}." if ends else ""
    )


def _batch(points: DataFrame) -> str:
    return "" if points.empty or points["batch"].isna().any() else str(int(points["batch"].iloc[0]))
