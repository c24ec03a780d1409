"""Label noise: a sparse random mask with cyclic training against the dense network (figure 9b)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting import style
from sculpt.plotting.axes import decimal
from sculpt.plotting.drawn import Drawn
from sculpt.plotting.findings import tell
from sculpt.plotting.legends import handle, legend
from sculpt.plotting.looks import METHODS, Look, mask_look
from sculpt.plotting.panels import say
from sculpt.plotting.settings import FigureSettings
from sculpt.plotting.spreads import draw_spread
from sculpt.statistics.results import ordinary
from sculpt.studies.longer.drawing import LOOKS
from sculpt.studies.longer.measured import in_words, measured
from sculpt.studies.longer.runs import CELL, DENSE, NOISY, RANDOM_MASKS, above, finished, of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

TABLES = ("summary",)
NEEDS = ("dense", "dense_long", "cyclic")
CAPTION = """Figure 9b of the paper, as public reviews describe it: with 15 % of the labels wrong, a sparse random mask
with cyclic training beats the dense network on CIFAR-10. Here: test accuracy over the cycles without label noise (left)
and with it (middle, the runs of the variant ``noisy``, whose share of wrong training labels is in params.yaml); right:
the sparse networks less the dense one of as many cycles, seed by seed. Diamonds are one schedule over the epochs of as
many cycles. Points are means over the seeds, bars one standard deviation. Test labels have no noise. Ours: the same
networks without noise, and the density, since the paper's was not found."""

STRETCHED = ("dense_long", "long")
TITLES = {False: "no label noise", True: "label noise"}
BY = ["noise", "method", *CELL, "run", "cycle", "epochs"]
VALUES = ["test_accuracy", "val_accuracy", "train_loss", "over_dense", "more"]
COLOURS = ("#0072B2", "#D55E00", "#E69F00", "#CC79A7", "#56B4E9")
MARKERS = ("s", "^", "v", "X", "*")
BESIDE = 1.2


class Settings(FigureSettings):
    pass


@style.applied()
def draw(tables: Any, settings: dict[str, Any]) -> Drawn:
    """Three panels over the cycles: test accuracy without and with label noise, and the gain over the dense network.

    Sparse networks are the random masks and densities that have a run with noise. Table columns: noise, method, mask
    (`dense` for the dense network), target_density, run, cycle, epochs, test_accuracy_mean and _sd, val_accuracy_mean
    and _sd (percent; the labels of both splits have no noise), train_loss_mean and _sd (nats), over_dense_mean and _sd
    (points of test accuracy above the dense network of as many cycles, by seed), more_mean and _sd (how much more that
    is with noise than without, by seed; empty without), seeds.
    """
    from matplotlib.figure import Figure

    points = _points(tables)
    figure = Figure((settings["width"], 2.7), layout="constrained")
    if points.empty:
        say(figure.subplots(), f"No random mask has a cyclic run of the variant {NOISY}.")
        return Drawn(figure, points)
    grid = figure.subplots(1, 3, sharex=True, width_ratios=(1, 1, 1.15))
    grid[1].sharey(grid[0])
    looks = _looks(points)
    for axes, (noise, title) in zip(grid, TITLES.items(), strict=False):
        _draw_accuracies(axes, points[points["noise"] == noise], looks)
        axes.set_title(title)
    grid[0].set_ylabel("test accuracy (%)\nmean ± sd")
    _draw_gains(grid[2], points, looks)
    for axes in grid:
        axes.set_xlabel("cycles")
        axes.set_xticks(range(1, points["cycle"].max() + 1))
        axes.set_xlim(0.6, points["cycle"].max() + 0.4)  # what stands aside of the last cycle is whole
    legend(figure, [handle(look) for look in looks.values()])
    tell(figure, _finding(points))
    return Drawn(figure, points)


def _points(tables: Any) -> DataFrame:
    import pandas as pd

    reader, rows = "label_noise", ordinary(finished(tables.summary))
    parts = []
    for noise, variant in ((False, None), (True, NOISY)):
        dense = of(rows, DENSE, variant)
        found = pd.concat([dense, *(of(rows, method, variant) for method in ("dense_long", "cyclic", "long"))])
        parts.append(above(found, dense, "over_dense", ["cycle"], reader).assign(noise=noise))
    clean, noisy = parts
    sparse = noisy[(noisy["method"] == "cyclic") & noisy["mask"].isin(RANDOM_MASKS)]
    drawn = pd.concat([sparse[CELL], noisy.loc[noisy["mask"] == DENSE, CELL] if len(sparse) else sparse[CELL]])
    clean, noisy = (part.merge(drawn.drop_duplicates(), on=CELL) for part in parts)
    clean = clean[clean["cycle"] <= noisy["cycle"].max()]
    noisy = above(noisy, clean, "more", [*CELL, "method", "cycle"], reader, "over_dense")
    rows = pd.concat([clean.assign(more=float("nan")), noisy])
    points = measured(rows, BY, VALUES, reader)
    order = points.assign(sparse=-points["target_density"])
    order = order.sort_values(["noise", "sparse", "mask", "method", "cycle"], kind="stable")
    return points.loc[order.index].reset_index(drop=True)


def _looks(points: DataFrame) -> dict[tuple[str, str, float], Look]:
    """By method, mask and density."""
    found = {}
    for key in points[["method", *CELL]].drop_duplicates().itertuples(index=False, name=None):
        method, mask, density = key
        if mask == DENSE:
            found[key] = LOOKS[method]
            continue
        cells = [other for other in found if other[0] == method]
        place = len(cells) % len(COLOURS)
        name = f"{mask_look(mask).label} {decimal(density)}"
        if method in STRETCHED:
            found[key] = Look(f"{name}, one schedule", METHODS["long"].color, "D", "")
        else:
            found[key] = Look(f"{name}, cycles", COLOURS[place], MARKERS[place])
    return found


def _draw_accuracies(axes: Axes, points: DataFrame, looks: dict[tuple[str, str, float], Look]) -> None:
    for key, line in points.groupby(["method", *CELL], sort=False):
        aside = BESIDE * (list(looks).index(key) - (len(looks) - 1) / 2)
        mean, sd = line["test_accuracy_mean"], line["test_accuracy_sd"]
        draw_spread(axes, key[0], aside, line["cycle"], mean, sd, **looks[key].drawing)


def _draw_gains(axes: Axes, points: DataFrame, looks: dict[tuple[str, str, float], Look]) -> None:
    axes.axhline(0, color=LOOKS[DENSE].color, linewidth=0.8)
    sparse = points[(points["method"] == "cyclic") & points["over_dense_mean"].notna()]
    for (noise, *key), line in sparse.groupby(["noise", "method", *CELL], sort=False):
        look = looks[tuple(key)]
        fill = {} if noise else {"markerfacecolor": "white", "linestyle": ":"}
        aside = BESIDE * (2 * list(looks).index(tuple(key)) - len(looks) + noise)
        mean, sd = line["over_dense_mean"], line["over_dense_sd"]
        draw_spread(axes, key[0], aside, line["cycle"], mean, sd, **look.drawing | fill)
    axes.set_title("sparse minus dense")
    axes.set_ylabel("points, mean ± sd\nopen: no noise; filled: noise")


def _finding(points: DataFrame) -> str:
    said = []
    for _, line in points[points["noise"] & (points["method"] == "cyclic")].groupby(CELL, sort=False):
        last = line.iloc[-1]
        name = f"{mask_look(last['mask']).label} at {decimal(last['target_density'])}"
        if last["over_dense_mean"] != last["over_dense_mean"]:
            said.append(f"{name}: no dense network of as many cycles")
            continue
        more = last["more_mean"]
        beside = "" if more != more else f", which is {in_words(last, 'more')} more than without noise"
        said.append(
            f"{name} minus dense under noise after {last['cycle']} cycles: {in_words(last, 'over_dense')}{beside}"
        )
    return f"points (95 % over seeds): {'; '.join(said)}."
