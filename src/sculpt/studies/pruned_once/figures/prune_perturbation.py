"""What a prune takes at once, and what the cycle after it brings back: SCULPT from each start, beside LRR's rungs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting import style
from sculpt.plotting.axes import decimal, density_axis
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.findings import tell
from sculpt.plotting.legends import handle, legend
from sculpt.plotting.looks import Look, mask_look
from sculpt.plotting.panels import panels, say
from sculpt.plotting.settings import FigureSettings
from sculpt.plotting.spreads import draw_intervals
from sculpt.statistics.intervals import in_words, intervals

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

TABLES = ("summary", "history")
NEEDS = ("sculpt",)
CAPTION = """Validation accuracy just before a prune, right after it with the batch-norm statistics that the network
came with (carried) and with new ones of the training images (re-estimated), and after the cycle that follows, against
the density after the prune: SCULPT from each start under the first mask method, and LRR's rungs. Means with 95 %
intervals over seeds. The authors' code measures the accuracy lost at the prune, and public reviews ask that it explain
why SCULPT falls short on CIFAR-10 with ResNet-20 (their figure 7a); no value of it was found. Ours are the validation
split in place of the test split, and the re-estimation."""

MOMENTS = {
    "before": Look("before the prune", "#777777", "s", ":"),
    "carried": Look("right after, batch norm carried", "#E69F00", "v", ":"),
    "reestimated": Look("right after, re-estimated", "#D55E00", "^", "--"),
    "after": Look("after the next cycle", "#0072B2", "o", "-"),
}
ASIDE = {"before": -1.5, "carried": 0.0, "reestimated": 1.5, "after": 0.0}
TAKEN = "taken"
BY = ["mask", "method", "start_density", "target_density", "run", "chosen"]


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """One panel per start of SCULPT, the densest first, and one of LRR, down its longest ladder; prunes by magnitude.

    A prune whose network before it is no row of the summary is left out: LRR's first rung without a dense run. Table
    columns: mask, method, start_density, target_density, run, chosen (whether validation chose the start), moment,
    val_accuracy_mean, _low, _high (percent), seeds. Rows of the moment `taken` are not drawn: the accuracy before the
    prune minus the re-estimated one, in points, paired by seed, which is told below the panels.
    """
    points = _points(tables)
    shown = points[points["moment"] != TAKEN]
    starts = sorted(shown["start_density"].dropna().unique(), reverse=True)
    wanted = [*starts, None] if (shown["method"] == "lrr").any() else starts
    labels = "density after the prune", "validation accuracy (%)\nmean, 95 % interval"
    figure, grid = panels(len(wanted), settings["width"], *labels)
    if shown.empty:
        say(grid[0], "No prune here has its network before it in the tables.")
        return Drawn(figure, points)
    for axes, start in zip(grid, wanted, strict=True):
        of_panel = shown[shown["start_density"].isna() if start is None else shown["start_density"] == start]
        _draw_panel(axes, of_panel)
        axes.set_title("LRR" if start is None else f"SCULPT from {decimal(start)}")
    columns = grid[0].get_gridspec().ncols
    density_axis(grid[0], shown["target_density"], (settings["width"] - 0.6) / columns - 0.1)
    legend(figure, list(map(handle, MOMENTS.values())))
    tell(figure, _finding(points))
    return Drawn(figure, points)


def _points(tables: Any) -> DataFrame:
    import pandas as pd

    from sculpt.statistics.judgement.sides import longest_ladder
    from sculpt.studies.pruned_once.perturbation import perturbations
    from sculpt.studies.pruned_once.sides import usual

    rows = usual(perturbations(tables.summary, tables.history))
    masks = rows["mask"].dropna().unique()[:1]
    rows = rows[rows["mask"].isna() | rows["mask"].isin(masks)]
    rows = pd.concat([rows[rows["method"] == "sculpt"], longest_ladder(rows)])
    rows = rows.assign(chosen=rows["selected"].astype(bool) & (rows["method"] == "sculpt"))
    found = []
    for moment in (*MOMENTS, TAKEN):
        # The criterion is magnitude throughout; a run names it where it prunes.
        part = intervals(rows.assign(val_accuracy=rows[moment]), BY, "val_accuracy", "prune_perturbation")
        found.append(part.assign(moment=moment))
    points = pd.concat(found, ignore_index=True)
    points = points.sort_values(["method", "start_density", "target_density"], ascending=False, kind="stable")
    return points[[*BY, "moment", *(column for column in part.columns if column not in (*BY, "moment"))]]


def _draw_panel(axes: Axes, points: DataFrame) -> None:
    for moment, look in MOMENTS.items():
        line = points[points["moment"] == moment].sort_values("target_density", ascending=False, kind="stable")
        draw_intervals(axes, line["target_density"], line, "val_accuracy", ASIDE[moment], **look.drawing)


def _finding(points: DataFrame) -> str:
    """What the prune to the lowest density takes, from SCULPT and from LRR."""
    taken = points[points["moment"] == TAKEN]
    target = taken.loc[taken["method"] == "sculpt", "target_density"].min()
    rows = taken[(taken["target_density"] == target) & (taken["chosen"] | (taken["method"] == "lrr"))]
    parts = [f"{in_words(row, 'val_accuracy')} points from {_whose(row)}" for row in rows.to_dict("records")]
    return f"of validation accuracy, re-estimated, the prune to {decimal(target)} takes {', '.join(parts)}."


def _whose(row: dict[str, Any]) -> str:
    if row["method"] == "lrr":
        return "LRR"
    return f"SCULPT ({mask_look(row['mask']).label} from {decimal(row['start_density'])}, chosen on validation)"
