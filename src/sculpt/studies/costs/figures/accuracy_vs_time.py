"""Test accuracy over everything that training costs: epochs, FLOPs, measured CPU and device seconds, memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sculpt.core.settings import Density
from sculpt.plotting import densities, style
from sculpt.plotting.axes import decimal, log_axis, scientific
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.findings import tell
from sculpt.plotting.legends import handles, legend
from sculpt.plotting.panels import say
from sculpt.plotting.settings import FigureSettings
from sculpt.plotting.spreads import draw_spread

if TYPE_CHECKING:
    from pandas import DataFrame

TABLES = ("summary", "history", "training_cost")
NEEDS = ("lrr",)
CAPTION = """Test accuracy at density {density} over six measures of the training that it took. The paper counts epochs
alone (450 of SCULPT against 900 of LRR on ImageNet, public reviews), and its reviewers missed FLOPs and time; no time
was found. A cost counts the whole path of a run, dense phases and trunks included. Above: epochs, FLOPs of kept
weights, and FLOPs as if all weights were kept. Below: CPU seconds of one seed's training steps on kernels that skip
zeros, seconds on a device, and the memory that a training network works in, the largest on the path. A second is the
median over rounds on one thread of one machine, so it has no interval over seeds; prunes, scores of masks, evaluation
and the start of processes are not in it. Points are means over the seeds, bars one standard deviation; cyclic training
is a curve over its cycles, whose first point is the single run. Ours: all but the epochs."""

COSTS = {
    "epochs": "epochs",
    "train_flops": "FLOPs, kept weights",
    "train_flops_dense": "FLOPs, all weights",
    "cpu_s": "CPU s of a seed",
    "device_s": "device s of a seed",
    "memory_mib": "memory (MiB)",
}
COUNTED = ("train_flops", "train_flops_dense")
BY = ["method", "mask", "run", "start_density", "cycle"]


class Settings(FigureSettings):
    density: Annotated[Density, Field(description="target density of the runs")]

    def faults(self, around: Any) -> Iterator[str]:
        yield from densities.refused("density", (self.density,), densities.of_results(around, masks=1))
        if "training_cost" not in around.analyses:
            yield "training_cost: no analysis has this label; allowed: with `training_cost: {name: training_cost, ...}`"


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """Six panels, one per cost. Of the first mask method, and of methods that draw no mask; plain runs.

    Table columns: cost, method, mask, run, start_density, cycle, test_accuracy_mean and _sd (percent), seeds, value
    (mean of the cost over the seeds; epochs, FLOPs, seconds or MiB).
    """
    from matplotlib.figure import Figure

    rows = _rows(tables, settings["density"])
    points = _points(rows)
    figure = Figure((settings["width"], 4.4), layout="constrained")
    if points.empty:
        say(figure.subplots(), "This experiment has no result at the density of this figure.")
        return Drawn(figure, points)
    for place, (axes, (cost, label)) in enumerate(
        zip(figure.subplots(2, 3, sharey=True).ravel(), COSTS.items(), strict=True)
    ):
        of_panel = points[points["cost"] == cost]
        if of_panel.empty:
            say(axes, f"{label}:\nnot measured")
            continue
        for _, line in of_panel.groupby("run", sort=False):
            name = line["method"].iloc[0]
            joined = {} if len(line) > 1 else {"linestyle": ""}
            draw_spread(axes, name, 0.0, line["value"], line["test_accuracy_mean"], line["test_accuracy_sd"], **joined)
        if cost in COUNTED:
            log_axis(axes.xaxis, of_panel["value"].min() / 1.3, of_panel["value"].max() * 1.3, scientific, 3)
        else:
            axes.set_xlim(0, 1.1 * of_panel["value"].max())
        axes.set_xlabel(label)
        axes.set_ylabel("test accuracy (%)\nmean ± sd" if place % 3 == 0 else "")
    legend(figure, handles(points["method"]))
    tell(figure, _finding(rows, settings["density"]))
    return Drawn(figure, points)


def _rows(tables: Any, density: float) -> DataFrame:
    """The plain results at a density, a row per run, cycle and seed, with what they took."""
    from sculpt.statistics.results import compared, plain
    from sculpt.studies.costs.paid import paid

    rows = plain(compared(tables.summary))
    rows = rows[
        rows["selected"].astype(bool) & (rows["target_density"] == density) & ~rows["method"].isin(("dense", "single"))
    ]
    first = rows["mask"].dropna().unique()[:1]
    rows = rows[rows["mask"].isna() | rows["mask"].isin(first)]
    return paid(rows, tables.history, tables.training_cost)


def _points(rows: DataFrame) -> DataFrame:
    import pandas as pd

    from sculpt.core.rounding import rounded
    from sculpt.statistics.pooling import pooled

    accuracy, found = pooled(rows, BY, "test_accuracy", "accuracy_vs_time"), []
    for cost in COSTS:
        value = pooled(rows, BY, cost, "accuracy_vs_time")[f"{cost}_mean"].map(rounded)
        found.append(accuracy.assign(cost=cost, value=value)[value.notna()])
    return pd.concat(found, ignore_index=True)[
        ["cost", *BY, "test_accuracy_mean", "test_accuracy_sd", "seeds", "value"]
    ]


def _finding(rows: DataFrame, density: float) -> str:
    """SCULPT beside LRR of that density: what each took, and how far apart their accuracies are."""
    from sculpt.statistics.intervals import intervals

    ours, lrr = (rows[rows["method"] == method] for method in ("sculpt", "lrr"))
    if ours.empty or lrr.empty or ours["cpu_s"].isna().any() or lrr["cpu_s"].isna().any():
        return f"at density {decimal(density)} SCULPT or LRR is not there, or a node of their paths was not timed."
    pairs = ours.merge(lrr, on="seed", suffixes=("", "_lrr"))
    behind = pairs.assign(behind=pairs["test_accuracy"] - pairs["test_accuracy_lrr"])
    (gap,) = intervals(behind, ["run"], "behind", "accuracy_vs_time").to_dict("records")
    shares = {name: pairs[name].mean() / pairs[f"{name}_lrr"].mean() for name in ("cpu_s", "train_flops", "epochs")}
    low, high = gap["behind_low"], gap["behind_high"]
    said = f"{gap['behind_mean']:.1f}" + ("" if low != low else f" [{low:.1f}, {high:.1f}]")
    return (
        f"at density {decimal(density)} SCULPT takes {shares['cpu_s']:.2f} of LRR's CPU seconds "
        f"({pairs['cpu_s'].mean():.2g} of {pairs['cpu_s_lrr'].mean():.2g} s of a seed), {shares['train_flops']:.2f} of "
        f"its FLOPs and {shares['epochs']:.2f} of its epochs; SCULPT - LRR: {said} points of test accuracy. The times "
        f"are of one machine and one seed."
    )
