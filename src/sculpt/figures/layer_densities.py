"""How mask methods share one density out among the layers."""

import re

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sculpt.plotting import Drawn, Tables, spread, style

BY = ["target_density", "mask", "layer", "name", "weights"]


@style.applied()
def draw(tables: Tables, settings: dict) -> Drawn:
    """One line a mask method, layers in order, at the density (the lowest such) with the most mask methods.

    Table columns: target_density, mask, layer, name (as on the axis), weights (the layer's size), density_mean
    (kept share of them, never 0), seeds.
    """
    points = _points(tables.layers)
    figure = Figure((settings["width"], 3.0), layout="constrained")
    axes = figure.subplots()
    if points.empty:
        style.say(axes, "This experiment has no mask that was drawn at initialisation.")
        return Drawn(figure, points)
    low, high = points["density_mean"].min() / 1.5, 1.1 * max(1.0, points["density_mean"].max())
    style.log_axis(axes.yaxis, low, high, style.decimal)
    target = points["target_density"].iloc[0]
    axes.axhline(target, color="0.5", linewidth=0.8, linestyle=":")
    for mask, line in points.groupby("mask", sort=False):
        axes.plot(line["density_mean"].tolist(), **style.mask_look(mask).drawing)
    names = points.drop_duplicates("layer")["name"].tolist()
    step = -(-len(names) * 9 // int(72 * (settings["width"] - 0.7)))
    axes.set_xticks(range(0, len(names), step), labels=names[::step], rotation=90)
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.grid(False, axis="x")
    axes.set_xlabel("layer")
    axes.set_ylabel(f"density of the layer\n(network: {style.decimal(target)}, dotted)")
    looks = [style.mask_look(mask) for mask in points["mask"].unique()]
    style.legend(figure, [Line2D([], [], label=look.label, **look.drawing) for look in looks])
    return Drawn(figure, points)


def _points(layers: pd.DataFrame) -> pd.DataFrame:
    methods = layers.groupby("target_density")["mask"].nunique()
    rows = layers[layers["target_density"] == methods.idxmax()] if len(methods) else layers
    rows = rows.assign(density=rows["kept"] / rows["weights"], name=rows["layer"].map(short_name))
    return spread(rows, BY, "density").drop(columns="density_sd")


def short_name(layer: str) -> str:
    """A layer's name as an axis carries it: body.stage2_1.shortcut.0.weight is 2.1 shortcut."""
    name = layer.removeprefix("body.").removesuffix(".weight").removesuffix(".0")
    return re.sub(r"^stage(\d+)_(\d+)\.", r"\1.\2 ", name)
