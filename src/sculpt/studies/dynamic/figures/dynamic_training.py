"""Dynamic sparse training beside static masks, SCULPT and LRR: accuracy against density and against training FLOPs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sculpt.core.settings import Densities
from sculpt.plotting import axes as scales
from sculpt.plotting import densities, style
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.findings import tell
from sculpt.plotting.legends import handle, legend
from sculpt.plotting.panels import say
from sculpt.plotting.settings import FigureSettings
from sculpt.studies.dynamic.rules import CONTROLS, RULES, look, name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

TABLES = ("summary",)
NEEDS = ("dynamic",)
CAPTION = """Dynamic sparse training, baselines that the paper does not have and that a public review asked for, beside
the paper's methods. RigL and SET start on the drawn mask and replace a part of each layer's weights after each epoch;
gradual magnitude pruning (GMP) and AC/DC start dense. Each trains one schedule over the epochs of all cycles, as
``long`` does on a fixed mask. First panel: test accuracy against density, SCULPT from the start that validation chose.
The other panels: against training FLOPs of kept weights at the densities {densities}; FLOPs are summed over the mask of
each epoch, with the gradients of all weights that RigL takes. There SCULPT is a line over its starts, whose chosen one
is filled, and it is compared at equal FLOPs between two of them. Means over the seeds, bars one standard deviation.
LRR trains for more epochs. All updates are made between epochs: the methods' papers make them between steps."""

PANELS = 3
"""Densities at most, beside the first panel."""
COLUMNS = ["panel", "method", "run", "mask", "start_density", "target_density", "chosen"]
BARS = {"elinewidth": 0.7, "capsize": 1.5, "capthick": 0.7, "zorder": 3}


class Settings(FigureSettings):
    densities: Annotated[Densities, Field(max_length=PANELS, description="panels of accuracy against FLOPs")]

    def faults(self, around: Any) -> Iterator[str]:
        there = {target for run in around.runs if run.method == "dynamic" for target in run.targets}
        yield from densities.refused("densities", self.densities, there)


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """Accuracy against density, then against FLOPs for each of `densities`; on the masks that RigL or SET start with.

    Table columns: panel (density or train_flops), method, run, mask, start_density, target_density, chosen (whether
    validation chose SCULPT's start; True for the others), test_accuracy_mean and _sd (percent), seeds,
    train_flops_mean.
    """
    from matplotlib.figure import Figure

    rows = _rows(tables.summary)
    points = _points(rows, settings["densities"])
    shown = [density for density in settings["densities"] if (points["target_density"] == density).any()]
    count = 1 + len(shown)
    columns = min(count, 2)
    height = 2.2 * -(-count // columns) + 0.5
    figure = Figure((settings["width"], height), layout="constrained")
    if points.empty:
        say(figure.subplots(), "This experiment has no dynamic run with every seed.")
        return Drawn(figure, points)
    grid = figure.subplots(-(-count // columns), columns, squeeze=False).ravel()
    for unused in grid[count:]:
        unused.remove()
    inches = (settings["width"] - 0.7) / columns - 0.4
    _against_density(grid[0], points[points["panel"] == "density"], inches)
    for axes, density in zip(grid[1:], shown, strict=False):
        of_panel = points[(points["panel"] == "train_flops") & (points["target_density"] == density)]
        _against_flops(axes, of_panel, density, inches)
    for axes in grid[:count:columns]:
        axes.set_ylabel("test accuracy (%)\nmean ± sd")
    legend(figure, [handle(look(method)) for method in _methods(points)])
    tell(figure, _finding(rows))
    return Drawn(figure, points)


def _rows(summary: DataFrame) -> DataFrame:
    """End results of the rules and controls, on one mask; SCULPT from every start; `chosen` says which one."""
    import pandas as pd

    from sculpt.statistics.judgement.sides import judged_rows, longest_ladder
    from sculpt.statistics.results import ends
    from sculpt.studies.dynamic.sides import of_rule

    rules = pd.concat([of_rule(summary, rule) for rule in RULES])
    plain = ends(judged_rows(summary))
    masks = list(rules["mask"].dropna().unique()) or list(plain["mask"].dropna().unique())
    others = plain[plain["method"].isin(CONTROLS) & (plain["mask"].isna() | plain["mask"].isin(masks[:1]))]
    ladder = longest_ladder(plain)
    others = others[(others["method"] != "lrr") | others["run"].isin(ladder["run"])]
    found = pd.concat([rules[rules["mask"].isna() | rules["mask"].isin(masks[:1])], others], ignore_index=True)
    found = found[found["target_density"].isin(rules["target_density"])]
    chosen = (found["method"] != "sculpt") | found["selected"].astype(bool)
    return found.assign(chosen=chosen)


def _points(rows: DataFrame, chosen: list[float]) -> DataFrame:
    import pandas as pd

    from sculpt.core.rounding import rounded
    from sculpt.statistics.pooling import pooled

    by = ["method", "run", "mask", "start_density", "target_density", "chosen"]
    if rows.empty:
        measured = ["test_accuracy_mean", "test_accuracy_sd", "seeds", "train_flops_mean"]
        return pd.DataFrame(columns=[*COLUMNS, *measured])
    found = pooled(rows, by, "test_accuracy", "dynamic_training")
    flops = pooled(rows, by, "train_flops", "dynamic_training")["train_flops_mean"]
    found = found.assign(train_flops_mean=flops)
    columns = ["test_accuracy_mean", "test_accuracy_sd", "train_flops_mean"]
    found[columns] = found[columns].map(rounded)
    at_density = found[found["chosen"]].assign(panel="density")
    at_flops = found[found["target_density"].isin(chosen)].assign(panel="train_flops")
    points = pd.concat([at_density, at_flops], ignore_index=True)
    order = {method: place for place, method in enumerate((*RULES, *CONTROLS))}
    points = points.assign(place=points["method"].map(order))
    keys = ["panel", "place", "target_density", "train_flops_mean"]
    points = points.sort_values(keys, ascending=[True, True, False, True], kind="stable")
    return points[[*COLUMNS, *[column for column in found.columns if column not in COLUMNS]]].reset_index(drop=True)


def _methods(points: DataFrame) -> list[str]:
    return [method for method in (*RULES, *CONTROLS) if (points["method"] == method).any()]


def _against_density(axes: Axes, points: DataFrame, inches: float) -> None:
    from matplotlib.transforms import ScaledTranslation

    methods = _methods(points)
    for place, method in enumerate(methods):
        line = points[points["method"] == method]
        aside = 1.6 * (place - (len(methods) - 1) / 2)
        moved = axes.transData + ScaledTranslation(aside / 72, 0, axes.figure.dpi_scale_trans)
        mean, sd = line["test_accuracy_mean"], line["test_accuracy_sd"]
        axes.errorbar(line["target_density"], mean, sd, transform=moved, **BARS, **look(method).drawing)
        for end in (mean - sd.fillna(0), mean + sd.fillna(0)):
            axes.update_datalim(list(zip(line["target_density"], end, strict=True)))
    axes.autoscale_view()
    scales.density_axis(axes, points["target_density"], inches)
    axes.set_xlabel("density")


def _against_flops(axes: Axes, points: DataFrame, density: float, inches: float) -> None:
    for method in _methods(points):
        line = points[points["method"] == method].sort_values("train_flops_mean", kind="stable")
        drawing = look(method).drawing
        joined = {"linestyle": "-", "linewidth": 0.8} if len(line) > 1 else {"linestyle": ""}
        cost, mean, sd = line["train_flops_mean"], line["test_accuracy_mean"], line["test_accuracy_sd"]
        fill = {} if line["chosen"].all() else {"markerfacecolor": "white"}
        axes.errorbar(cost, mean, sd, **BARS, **drawing | joined | fill)
        if not line["chosen"].all():
            of = line[line["chosen"]]
            axes.plot(of["train_flops_mean"], of["test_accuracy_mean"], **drawing | {"linestyle": "", "zorder": 4})
    cost = points["train_flops_mean"]
    scales.log_axis(axes.xaxis, cost.min() / 1.3, cost.max() * 1.3, scales.scientific, inches * 72 / scales.SCIENTIFIC)
    axes.set_title(f"density {scales.decimal(density)}")
    axes.set_xlabel("training cost (FLOPs)")


def _finding(rows: DataFrame) -> str:
    """SCULPT as chosen minus each rule at the lowest density that both have, with the paired interval over seeds."""
    from sculpt.statistics.two_way import estimate

    rows = rows[rows["chosen"]].sort_values("seed", kind="stable")
    by_seed = {key: part.set_index("seed")["test_accuracy"] for key, part in rows.groupby(["method", "target_density"])}
    told = []
    for rule in RULES:
        shared = [density for method, density in by_seed if method == rule and ("sculpt", density) in by_seed]
        if not shared:
            continue
        found = estimate((by_seed["sculpt", min(shared)] - by_seed[rule, min(shared)]).dropna().to_numpy())
        bounds = found.interval()
        interval = "" if bounds is None else f" [{bounds[0]:.1f}, {bounds[1]:.1f}]"
        told.append(f"{name(rule)} at {scales.decimal(min(shared))} {found.effect:.1f}{interval}")
    if not told:
        return "SCULPT and the rules share no density."
    return f"SCULPT minus each rule at the lowest density that both have, in points: {'; '.join(told)}."
