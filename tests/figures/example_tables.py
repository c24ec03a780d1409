"""Tables of an experiment that nobody ran: three cycles of two epochs, two seeds, numbers that are easy to average."""

from functools import cache
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.text import Text

from sculpt.core.kinds import FIGURES
from sculpt.plotting.drawn import Drawn
from sculpt.statistics.tables import Tables

SETTINGS: dict[str, dict[str, Any]] = {
    "accuracy_vs_cost": {"densities": [0.1, 0.05]},
    "accuracy_vs_density": {},
    "layer_densities": {"density": 0.05},
    "mask_overlap": {},
    "start_target_map": {},
    "training_loss": {"densities": [0.05]},
}
NAMES = tuple(SETTINGS)

COLUMNS = ["run", "method", "mask", "start_density", "target_density", "cycle", "cycles", "selected"]
# The last two columns: test accuracy of seeds 0 and 1.
RUNS = [
    ("dense", "dense", None, None, 1.0, 1, 2, True, 11, 13),
    ("dense", "dense", None, None, 1.0, 2, 2, True, 97, 99),
    ("single/erk_0.1", "single", "erk", None, 0.1, 1, 1, True, 60, 64),
    ("cyclic/erk_0.1", "cyclic", "erk", None, 0.1, 1, 3, True, 60, 64),
    ("cyclic/erk_0.1", "cyclic", "erk", None, 0.1, 2, 3, True, 66, 70),
    ("cyclic/erk_0.1", "cyclic", "erk", None, 0.1, 3, 3, True, 71, 75),
    ("cyclic/erk_0.05", "cyclic", "erk", None, 0.05, 3, 3, True, 50, 52),
    ("cyclic/erk_0.5", "cyclic", "erk", None, 0.5, 1, 2, True, 20, 22),
    ("cyclic/erk_0.5", "cyclic", "erk", None, 0.5, 2, 2, True, 21, 23),
    ("long/erk_0.1", "long", "erk", None, 0.1, 3, 3, True, 68, 69),
    ("sculpt/erk_0.5/0.1", "sculpt", "erk", 0.5, 0.1, 3, 3, True, 80, 86),
    ("sculpt/erk_0.5/0.05", "sculpt", "erk", 0.5, 0.05, 3, 3, False, 90, 91),
    ("sculpt/erk_0.1/0.05", "sculpt", "erk", 0.1, 0.05, 3, 3, True, 77, 78),
    ("cyclic/synflow_0.1", "cyclic", "synflow", None, 0.1, 3, 3, True, 72, 72),
    ("lrr/0.5", "lrr", None, None, 0.5, 2, 2, True, 95, 96),
    ("lrr/0.5/0.05", "lrr", None, None, 0.05, 3, 3, True, 88, 92),
    ("imp/0.05", "imp", None, None, 0.05, 2, 2, True, 81, 82),
    ("wr_1/0.05", "wr", None, None, 0.05, 2, 2, True, 83, 84),
    ("wr_2/0.05", "wr", None, None, 0.05, 2, 2, True, 43, 44),
]
TRUNK = "cyclic/erk_0.5"
"""A run that only SCULPT needs, and nobody asked for."""
PATHS = {
    "dense": ["dense/cycle_1", "dense/cycle_2"],
    "single/erk_0.1": ["cyclic/erk_0.1/cycle_1"],
    "long/erk_0.1": ["cyclic/erk_0.1/long_3"],
    **{
        f"cyclic/{mask}": [f"cyclic/{mask}/cycle_{cycle}" for cycle in range(1, cycles + 1)]
        for mask, cycles in {"erk_0.1": 3, "erk_0.05": 3, "erk_0.5": 2, "synflow_0.1": 3}.items()
    },
    **{
        f"sculpt/{start}/{target}": [
            *(f"cyclic/{start}/cycle_{cycle}" for cycle in (1, 2)),
            f"sculpt/{start}/cycle_2/{target}",
        ]
        for start, target in (("erk_0.5", "0.1"), ("erk_0.5", "0.05"), ("erk_0.1", "0.05"))
    },
    "lrr/0.5": ["dense/cycle_1", "iterative/lrr/0.5"],
    "lrr/0.5/0.05": ["dense/cycle_1", "iterative/lrr/0.5", "iterative/lrr/0.5/0.05"],
    **{run: ["dense/cycle_1", f"iterative/{run}"] for run in ("imp/0.05", "wr_1/0.05", "wr_2/0.05")},
}
LAYERS = ["body.conv.weight", "body.stage2_1.shortcut.0.weight", "head.weight"]


def summary() -> pd.DataFrame:
    rows = [
        dict(zip(COLUMNS, run, strict=False), seed=seed, test_accuracy=float(run[-2 + seed]))
        for run in RUNS
        for seed in (0, 1)
    ]
    frame = pd.DataFrame(rows)
    epochs = 2 * frame["cycle"]
    prunes = frame["method"].isin(["sculpt", "lrr", "imp", "wr"])
    return frame.assign(
        epochs=epochs,
        train_flops=epochs * frame["target_density"] * 1e9 * (1 + frame["seed"]),
        node=[
            PATHS[run][min(cycle, len(PATHS[run])) - 1] for run, cycle in zip(frame["run"], frame["cycle"], strict=True)
        ],
        criterion=prunes.map({True: "magnitude", False: None}),
        transform=None,
        weights=None,
        length=None,
        variant=None,
        result=frame["run"] != TRUNK,
    )


def history() -> pd.DataFrame:
    rows = [
        (run, cycle, node, seed, epoch, (1 + seed) / epoch)
        for run, nodes in PATHS.items()
        for cycle, node in enumerate(nodes, start=1)
        for epoch in (range(1, 7) if "long" in node else (2 * cycle - 1, 2 * cycle))
        for seed in (0, 1)
    ]
    frame = pd.DataFrame(rows, columns=["run", "cycle", "node", "seed", "epoch", "train_loss"])
    first = (frame["run"] == "cyclic/erk_0.05") & (frame["epoch"] == 1)  # of one seed alone
    frame.loc[first, "train_loss"] = 3.0
    return frame[~(first & (frame["seed"] == 1))]


def layers() -> pd.DataFrame:
    kept = {("erk", 0.1): [5, 10, 20], ("erk", 0.05): [4, 6, 8], ("snip", 0.05): [6, 1, 8], ("erk", 0.01): [1, 1, 1]}
    rows = [
        (f"{method}/{mask}_{density}", mask, density, None, seed, layer, size, count + 2 * seed)
        for (mask, density), counts in kept.items()
        for method in ("masks", "cyclic")  # two runs with one mask
        for layer, size, count in zip(LAYERS, (10, 100, 50), counts, strict=True)
        for seed in (0, 1)
    ]
    columns = ["run", "mask", "target_density", "variant", "seed", "layer", "weights", "kept"]
    return pd.DataFrame(rows, columns=columns)


def overlap() -> pd.DataFrame:
    """The relative distance is 1 / cycle, a tenth more for seed 1; the overlap half of that."""
    rows = [
        (run, cycle, node, seed, nodes[cycle - 2] if cycle > 1 else None, layer, distance / 2, distance)
        for run, nodes in PATHS.items()
        for cycle, node in enumerate(nodes, start=1)
        for layer in (*LAYERS, "all")
        for seed in (0, 1)
        for distance in [(1 / cycle + 0.1 * seed) if cycle > 1 else float("nan")]
    ]
    columns = ["run", "cycle", "node", "seed", "before", "layer", "overlap", "relative_distance"]
    return pd.DataFrame(rows, columns=columns)


FRAMES = {"summary": summary(), "history": history(), "layers": layers(), "overlap": overlap()}


def draw(name: str, frames: dict[str, pd.DataFrame] = FRAMES, **changes: Any) -> Drawn:
    """A figure from just the tables that its module asks for."""
    tables = Tables({table: frames[table] for table in FIGURES.constant(name, "TABLES")})
    return FIGURES.load(name)(tables, {"name": name, "width": 5.5, **SETTINGS[name], **changes})


@cache
def drawn(name: str) -> Drawn:
    """The figure of the tables as they are; nobody changes it."""
    return draw(name)


def add_run(run: str, like: str, frames: dict[str, pd.DataFrame] = FRAMES, **labels: Any) -> dict[str, pd.DataFrame]:
    """The tables with one more run, 10 points better than `like`, with other labels and nodes of its own."""
    more = dict(frames)
    for name in ("summary", "history", "overlap"):
        rows = frames[name][frames[name]["run"] == like]
        rows = rows.assign(run=run, node=rows["node"].map(lambda node: f"{run}/{node}"))
        if name == "summary":
            rows = rows.assign(test_accuracy=rows["test_accuracy"] + 10, **labels)
        more[name] = pd.concat([frames[name], rows], ignore_index=True)
    return more


def shown_texts(figure: Figure) -> list[Text]:
    """The texts that a reader sees; labels of ticks beyond the ends of an axis are none of them."""
    outside = set()
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        low, high = sorted(axis.get_view_interval())
        beyond = [tick for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high]
        outside |= {label for tick in beyond for label in (tick.label1, tick.label2)}
    texts = figure.findobj(Text)
    return [text for text in texts if text.get_visible() and text.get_text().strip() and text not in outside]


def numbers(table: pd.DataFrame, columns: list[str]) -> set[tuple]:
    """Rows as a set; what is empty as None."""
    return set(table[columns].astype(object).where(table[columns].notna(), None).itertuples(index=False, name=None))
