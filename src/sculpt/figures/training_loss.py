"""Mean training loss over all epochs of a run, through its cycles, at a few densities."""

import pandas as pd
from matplotlib.axes import Axes

from sculpt.plotting import Drawn, Tables, spread, style

METHODS = ("cyclic", "long", "sculpt", "lrr")
COLUMNS = ["target_density", "mask", "method", "run", "node", "epoch", "train_loss_mean", "train_loss_sd", "seeds"]


@style.applied()
def draw(tables: Tables, settings: dict) -> Drawn:
    """One panel for each of `loss_densities` that the experiment has, under its first mask method.

    Each line runs from the first epoch, through trunks that the method shares with others, to the run's end;
    SCULPT starts where validation chose. Thin vertical lines are the ends of cycles. Table columns:
    target_density (the panel), mask, method, run (its last node), node (where the epoch was trained), epoch
    (from 1), train_loss_mean and _sd (nats), seeds.
    """
    points = _points(tables, settings["loss_densities"])
    densities = points["target_density"].unique()
    masks = points["mask"].dropna().unique()
    kind = f", {style.mask_look(masks[0]).label} masks" if len(masks) else ""
    labels = "epoch", f"training loss (nats)\nmean ± sd{kind}"
    figure, panels = style.panels(len(densities), settings["width"], *labels)
    if points.empty:
        style.say(panels[0], "This experiment has no training history at the densities of this figure.")
        return Drawn(figure, points)
    for axes, density in zip(panels, densities, strict=True):
        _draw_panel(axes, points[points["target_density"] == density])
        axes.set_title(f"density {style.decimal(density)}")
    means = points["train_loss_mean"]
    style.log_axis(panels[0].yaxis, means.min() / 1.6, means.max() * 1.3, style.decimal)
    style.legend(figure, style.handles(points["method"]))
    return Drawn(figure, points)


def _points(tables: Tables, densities: list[float]) -> pd.DataFrame:
    results = tables.results[tables.results["method"].isin(METHODS)]
    first = results["mask"].dropna().unique()[:1]
    runs = results[results["mask"].isna() | results["mask"].isin(first)].drop_duplicates("node")
    losses = spread(tables.history, ["node", "epoch"], "train_loss").sort_values("epoch", kind="stable")
    parts = [
        losses[losses["node"].isin(path(run.node))].assign(
            target_density=density, mask=run.mask, method=run.method, run=run.node
        )
        for density in dict.fromkeys(densities)
        for run in runs[runs["target_density"] == density].itertuples()
    ]
    found = [part for part in parts if len(part)]
    return pd.concat(found, ignore_index=True)[COLUMNS] if found else pd.DataFrame(columns=COLUMNS)


def path(node: str) -> list[str]:
    """The keys of the nodes that a run trained one after the other, the last of them `node`."""
    stage, *parts = node.split("/")
    if stage == "sculpt":
        return [*path("/".join(["cyclic", *parts[:-1]])), node]
    if stage == "iterative":
        return ["dense/cycle_1", *("/".join([stage, *parts[:n]]) for n in range(2, len(parts) + 1))]
    trunk, _, last = node.rpartition("cycle_")
    return [f"{trunk}cycle_{cycle}" for cycle in range(1, int(last) + 1)] if trunk else [node]


def _draw_panel(axes: Axes, points: pd.DataFrame) -> None:
    axes.grid(False, axis="x")
    for end in points[points["method"] != "long"].groupby("node")["epoch"].max().unique():
        axes.axvline(end + 0.5, color="0.8", linewidth=0.5, zorder=0)
    for place, ((method, _run), line) in enumerate(points.groupby(["method", "run"], sort=False)):
        look = style.METHODS[method]
        step = max(1, len(line) // 8)
        epochs, mean, sd = (line[name] for name in ("epoch", "train_loss_mean", "train_loss_sd"))
        axes.plot(epochs, mean, markevery=(step * place // 4, step), **look.drawing)
        # A log axis has no place for a mean below its sd; the band then leaves the panel at the bottom.
        lower = (mean - sd).clip(lower=mean.min() / 100)
        axes.fill_between(epochs, lower, mean + sd, color=look.color, **style.BAND)
