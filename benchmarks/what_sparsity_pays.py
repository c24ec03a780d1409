"""The figure docs/what-sparsity-pays, of the two tables that step_times.py and training_seconds.py leave.

    python benchmarks/what_sparsity_pays.py [--steps FILE] [--training FILE] [--out STEM]

Left: time per step against density and against the share of FLOPs. Right: test accuracy against measured CPU seconds of
training and against FLOPs, as in figures/digits/accuracy_vs_cost. Writes STEM.png and STEM.svg.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sculpt.core.tables import read_table
from sculpt.plotting import axes as scales
from sculpt.plotting import style
from sculpt.plotting.drawn import NO_METADATA, PNG_DPI
from sculpt.plotting.legends import handles
from sculpt.plotting.looks import look_of, mask_look
from sculpt.plotting.series import in_order, series
from sculpt.plotting.spreads import draw_spread

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import SubFigure
    from matplotlib.lines import Line2D

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks/results"
ENGINES = {
    "torch": {"color": "#777777", "linestyle": "--"},
    "engine": {"color": "#332288", "linestyle": "-"},
}
MARKERS = {"wide": "o", "digits": "s", "vgg16": "^"}
QUARTILES = ("lower_quartile", "median", "upper_quartile")
PROPORTIONAL = {"color": "black", "linestyle": ":", "linewidth": 0.9}
DENSITIES = (0.05, 0.01)
COSTS = {"cpu_seconds_mean": "training (CPU s of a seed)", "train_flops_mean": "training (FLOPs of a seed)"}
FILLS = ({}, {"markerfacecolor": "white"})


def draw_steps(figure: SubFigure, steps: pd.DataFrame) -> None:
    """Two panels, one above the other; a time is a share of torch's dense step of the same case."""
    steps = steps.sort_values("density", ascending=False, kind="stable")
    dense = steps[(steps["engine"] == "torch") & (steps["density"] == 1)].set_index("case")["ms_median"]
    top, bottom = figure.subplots(2, 1, sharey=True)
    for axes, x in ((top, "density"), (bottom, "flops_share")):
        for (case, engine), line in steps.groupby(["case", "engine"], sort=False):
            low, median, high = (100 * line[f"ms_{part}"] / dense[case] for part in QUARTILES)
            look = {"marker": MARKERS[case], "markersize": 3.2, **ENGINES[engine]}
            axes.errorbar(line[x], median, [median - low, high - median], elinewidth=0.7, capsize=1.5, **look)
        for _, line in steps[steps["engine"] == "torch"].groupby("case"):
            axes.plot(line[x], 100 * line["flops_share"], **PROPORTIONAL)
        axes.set_ylabel("CPU time of a step\n(% of torch's dense step)")
    scales.density_axis(top, steps["density"].unique(), 2.35)
    low = steps["flops_share"].min()
    scales.log_axis(bottom.xaxis, low / 1.25, 1.25, lambda share: f"{100 * share:g}", 6)
    bottom.invert_xaxis()
    scales.log_axis(bottom.yaxis, 100 * low / 1.25, 160, lambda percent: f"{percent:g}", 6)
    top.set_title("ERK masks, one thread")
    top.set_xlabel("density")
    bottom.set_xlabel("FLOPs of a step (% of the dense step)")
    figure.legend(handles=_step_handles(steps), loc="outside lower center", ncols=2)


def _step_handles(steps: pd.DataFrame) -> list[Line2D]:
    from matplotlib.lines import Line2D

    lines = [Line2D([], [], label=engine, **look) for engine, look in ENGINES.items()]
    lines.append(Line2D([], [], label="as FLOPs", **PROPORTIONAL))
    plain = {"color": "0.2", "linestyle": "", "markersize": 3.6}
    cases = steps.drop_duplicates("case")
    return lines + [
        Line2D(
            [], [], label=f"{row.network}, width {row.width}, {row.size}x{row.size}", marker=MARKERS[row.case], **plain
        )
        for row in cases.itertuples()
    ]


def draw_accuracy(figure: SubFigure, training: pd.DataFrame) -> None:
    """A row of panels for each density: accuracy against CPU seconds, and against FLOPs."""
    rows = training[training["result"] & training["selected"] & (training["method"] != "dense")]
    rows = rows[rows["target_density"].isin(DENSITIES)]
    rows = rows.assign(series=series(rows))
    masks, order = list(rows["mask"].dropna().unique())[: len(FILLS)], in_order(rows["series"])
    rows = rows[rows["mask"].isna() | rows["mask"].isin(masks)]
    grid = figure.subplots(len(DENSITIES), len(COSTS), sharex="col", sharey="row")
    for axes_row, density in zip(grid, DENSITIES, strict=True):
        for axes, cost in zip(axes_row, COSTS, strict=True):
            _draw_runs(axes, rows[rows["target_density"] == density], cost, masks, order)
            axes.set_title(f"density {scales.decimal(density)}")
            axes.set_xlabel(COSTS[cost])
            axes.set_ylabel("test accuracy (%)\nmean ± sd")
            axes.label_outer()
    for axes, cost, label in zip(grid[0], COSTS, (lambda s: f"{s:g}", scales.scientific), strict=True):
        scales.log_axis(axes.xaxis, rows[cost].min() / 1.3, rows[cost].max() * 1.3, label, 5)
    curves = rows[rows.groupby("run")["cycle"].transform("nunique") > 1]["series"]
    _legend(figure, rows, masks, {look_of(name).label for name in curves})


def _draw_runs(axes: Axes, rows: pd.DataFrame, cost: str, masks: list[str], order: list[str]) -> None:
    lines = rows.groupby(["series", "mask", "run"], dropna=False)
    # The single run lies on the first point of a curve, so curves are drawn first.
    for (name, mask, _run), line in sorted(lines, key=lambda item: (len(item[1]) == 1, order.index(item[0][0]))):
        fill = FILLS[masks.index(mask) if mask in masks else 0]
        joined = {} if len(line) > 1 else {"linestyle": ""}
        draw_spread(axes, name, 0, line[cost], line["test_accuracy_mean"], line["test_accuracy_sd"], **fill | joined)


def _legend(figure: SubFigure, rows: pd.DataFrame, masks: list[str], curves: set[str]) -> None:
    from matplotlib.lines import Line2D

    methods = handles(rows["series"])
    for handle in methods:
        if handle.get_label() not in curves:
            handle.set_linestyle("")
    grey = {"color": "0.35", "marker": "o", "markersize": 4, "linestyle": ""}
    labels = [f"{mask_look(mask).label} masks" for mask in masks]
    fills = [Line2D([], [], label=label, **grey | fill) for label, fill in zip(labels, FILLS, strict=False)]
    figure.legend(handles=methods + fills, loc="outside lower center", ncols=4)


@style.applied()
def save(steps: pd.DataFrame, training: pd.DataFrame, stem: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure((8.4, 4.9), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=(1, 1.75))
    draw_steps(left, steps)
    draw_accuracy(right, training)
    for suffix, nothing in NO_METADATA.items():
        figure.savefig(stem.with_name(f"{stem.name}.{suffix}"), dpi=PNG_DPI, metadata=nothing)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=Path, default=RESULTS / "step_times.csv")
    parser.add_argument("--training", type=Path, default=RESULTS / "training_seconds.csv")
    parser.add_argument("--out", type=Path, default=ROOT / "docs/what-sparsity-pays", help="without the ending")
    given = parser.parse_args()
    save(read_table(given.steps), read_table(given.training), given.out)


if __name__ == "__main__":
    main()
