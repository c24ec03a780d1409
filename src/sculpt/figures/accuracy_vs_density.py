"""Test accuracy against density: every method under each mask method, beside the dense network."""

import pandas as pd
from matplotlib.axes import Axes

from sculpt.plotting import Drawn, Tables, spread, style

FIXED = ("single", "cyclic", "long", "sculpt")
ITERATIVE = ("lrr", "imp", "wr")
ORDER = ["dense", *FIXED, *ITERATIVE]
BY = ["method", "run", "start_density", "target_density"]


@style.applied()
def draw(tables: Tables, settings: dict) -> Drawn:
    """One panel a mask method; LRR, IMP and WR, which draw no mask, and the dense network are in every panel.

    SCULPT starts where validation chose. Table columns: mask (the panel), method, run (the last node of
    an iterative method's ladder), start_density, target_density, test_accuracy_mean and _sd (percent), seeds.
    """
    points = _points(tables.results)
    masks = points["mask"].unique()
    labels = "density", "test accuracy (%)\nmean ± sd"
    figure, panels = style.panels(len(masks), settings["width"], *labels)
    sparse = points.loc[points["method"] != "dense", "target_density"]
    if sparse.empty:
        style.say(panels[0], "This experiment has no result below density 1.")
        return Drawn(figure, points)
    for axes, mask in zip(panels, masks, strict=True):
        _draw_panel(axes, points[points["mask"] == mask])
        axes.set_title(f"{style.mask_look(mask).label} masks" if mask else "")
    columns = panels[0].get_gridspec().ncols
    style.density_axis(panels[0], sparse, (settings["width"] - 0.6) / columns - 0.1)
    style.legend(figure, style.handles(points["method"]))
    return Drawn(figure, points)


def _points(results: pd.DataFrame) -> pd.DataFrame:
    fixed = results[results["method"].isin(FIXED)]
    dense = results[results["method"] == "dense"]
    everywhere = [dense.assign(run="dense"), *_ladders(results[results["method"].isin(ITERATIVE)])]
    masks = list(fixed["mask"].unique()) or [""]
    found = []
    for mask in masks:
        own = fixed[fixed["mask"] == mask]
        parts = [spread(part, BY, "test_accuracy") for part in (own.assign(run=own["method"]), *everywhere)]
        found += [part.assign(mask=mask) for part in parts]
    points = pd.concat(found, ignore_index=True)
    points = points.sort_values("target_density", ascending=False, kind="stable")
    order = points.assign(panel=points["mask"].map(masks.index), place=points["method"].map(ORDER.index))
    points = points.loc[order.sort_values(["panel", "place", "run"], kind="stable").index]
    return points[["mask", *BY, "test_accuracy_mean", "test_accuracy_sd", "seeds"]]


def _ladders(iterative: pd.DataFrame) -> list[pd.DataFrame]:
    """The rungs of each ladder; one method can have several, which share rungs or rewind to other epochs."""
    nodes = iterative["node"]
    ends = [node for node in nodes.unique() if not any(nodes.str.startswith(f"{node}/"))]
    return [iterative[[f"{end}/".startswith(f"{node}/") for node in nodes]].assign(run=end) for end in ends]


def _draw_panel(axes: Axes, points: pd.DataFrame) -> None:
    for (method, _run), line in points.groupby(["method", "run"], sort=False):
        mean, sd = line["test_accuracy_mean"], line["test_accuracy_sd"]
        if method == "dense":
            _draw_dense(axes, mean.item(), sd.fillna(0).item())
        else:
            aside = 0.7 * (ORDER.index(method) - len(ORDER) / 2)
            style.draw_spread(axes, method, aside, line["target_density"], mean, sd, markevery=-(-len(line) // 10))


def _draw_dense(axes: Axes, mean: float, sd: float) -> None:
    color = style.METHODS["dense"].color
    axes.axhline(mean, color=color, linewidth=0.8)
    axes.axhspan(mean - sd, mean + sd, color=color, **style.BAND)
    axes.annotate(
        "dense",
        (1, mean + sd),
        xycoords=axes.get_yaxis_transform(),
        xytext=(0, 3),
        textcoords="offset points",
        ha="right",
        va="baseline",
        color=color,
        fontsize=style.SMALLEST_FONT,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0},
    )
