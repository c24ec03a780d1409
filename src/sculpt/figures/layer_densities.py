"""How mask methods share one density out among the layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sculpt.core.settings import Density
from sculpt.plotting import axes as scales
from sculpt.plotting import densities, style
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.layers import short_name
from sculpt.plotting.legends import handle, legend
from sculpt.plotting.looks import mask_look
from sculpt.plotting.panels import say
from sculpt.plotting.settings import FigureSettings

if TYPE_CHECKING:
    from pandas import DataFrame

TABLES = ("layers",)
CAPTION = """The density of every layer under each mask method, at one density of the whole network ({density}). Where
a ranking over all layers (SNIP, GraSP, SynFlow, magnitude) would empty a layer, its best weight is kept: the points of
one weight are layers that the method itself removes."""

BY = ["target_density", "mask", "variant", "layer", "name", "weights"]


class Settings(FigureSettings):
    density: Annotated[Density, Field(description="of the whole network, one at which masks are drawn")]

    def faults(self, around: Any) -> Iterator[str]:
        there = densities.of_masks(around)
        if there and self.density not in there:
            listed = ", ".join(map(str, sorted(there, reverse=True)))
            yield f"density: {self.density}; allowed: a density at which runs have masks: {listed}"


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """One line per mask method, layers in order, at one density of the network.

    A mask that scores on labels is drawn for each variant of the labels. Table columns: target_density, mask, variant
    (of the first run that has the mask; empty where one without a variant has it), layer, name (as on the axis),
    weights (the layer's size), density_mean (kept share of them, never 0), seeds.
    """
    from matplotlib.figure import Figure

    points = _points(tables.layers, settings["density"])
    figure = Figure((settings["width"], 3.0), layout="constrained")
    axes = figure.subplots()
    if points.empty:
        say(axes, "This experiment has no mask that was drawn at initialisation.")
        return Drawn(figure, points)
    low, high = points["density_mean"].min() / 1.5, 1.1 * max(1.0, points["density_mean"].max())
    scales.log_axis(axes.yaxis, low, high, scales.decimal)
    target = points["target_density"].iloc[0]
    axes.axhline(target, color="0.5", linewidth=0.8, linestyle=":")
    lines = points.groupby(_series(points), sort=False)
    for name, line in lines:
        axes.plot(line["density_mean"].tolist(), **mask_look(name).drawing)
    names = points.drop_duplicates("layer")["name"].tolist()
    step = -(-len(names) * 9 // int(72 * (settings["width"] - 0.7)))
    axes.set_xticks(range(0, len(names), step), labels=names[::step], rotation=90)
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.grid(False, axis="x")
    axes.set_xlabel("layer")
    axes.set_ylabel(f"density of the layer\n(network: {scales.decimal(target)}, dotted)")
    legend(figure, [handle(mask_look(name)) for name, _ in lines])
    return Drawn(figure, points)


def _series(points: DataFrame) -> list[str]:
    pairs = points[["mask", "variant"]].itertuples(index=False, name=None)
    return [f"{mask}, {variant}" if isinstance(variant, str) else mask for mask, variant in pairs]


def _points(layers: DataFrame, density: float) -> DataFrame:
    from sculpt.statistics.pooling import pooled

    rows = _each_once(layers[layers["target_density"] == density])
    rows = rows.assign(density=rows["kept"] / rows["weights"], name=rows["layer"].map(short_name))
    return pooled(rows, BY, "density", "layer_densities").drop(columns="density_sd")


def _each_once(layers: DataFrame) -> DataFrame:
    """The rows of each mask once: runs share masks, and so do variants where a mask method reads no labels.

    They are those of a run without a variant, where one has the mask.
    """
    import pandas as pd

    columns = ["mask", "seed", "layer", "weights", "kept"]
    masks: dict[tuple, DataFrame] = {}
    for _, rows in layers.groupby("run", sort=False):
        mask = tuple(rows.sort_values(["seed", "layer"])[columns].itertuples(index=False, name=None))
        if mask not in masks or (masks[mask]["variant"].notna().all() and rows["variant"].isna().all()):
            masks[mask] = rows
    return pd.concat(masks.values()) if masks else layers
