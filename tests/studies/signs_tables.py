"""Made-up tables of the study of signs: three seeds, accuracies that are easy to subtract."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

from sculpt.recipe.run import LABELS
from sculpt.statistics.tables import Tables

SEEDS = 3
NOISE = (-0.2, 0.0, 0.2)
"""What each seed has more in one of the two sides that a claim compares."""


def run(method: str, accuracy: float, noisy: bool = False, **other: Any) -> pd.DataFrame:
    """The rows of one run at one cycle; `accuracy` of all seeds, each with its noise where `noisy`."""
    values = {"cycle": 4, "cycles": 4, "epochs": 20, "train_flops": 1e9, "target_density": 0.1, "start_density": None}
    values |= dict.fromkeys(label for label in LABELS if label not in values) | {"method": method} | other
    named = "/".join(str(values[label]) for label in LABELS)
    test = [accuracy + noise * noisy for noise in NOISE]
    frame = pd.DataFrame({"run": named, **values, "seed": range(SEEDS), "test_accuracy": test, "val_accuracy": test})
    frame = frame.assign(node=f"{named}/{values['cycle']}", selected=True, result=True)
    return frame.astype({"start_density": float})


def arm(transform: str | None, accuracy: float, mask="lrr", weights="warm_up", cycles=4, **other: Any) -> pd.DataFrame:
    """A coupled run at each of its cycles: of the last one its accuracy, a point less for each cycle before."""
    labels = {"mask": mask, "weights": weights, "transform": transform, "cycles": cycles}
    labels |= {"length": None if cycles == 4 else cycles}
    frames = [
        run("coupled", accuracy - (4 - cycle), noisy=transform == "random_magnitudes", cycle=cycle, **labels, **other)
        for cycle in range(1, cycles + 1)
    ]
    return pd.concat(frames).assign(run=frames[0]["run"].iloc[0])


def ladder(method: str, accuracies: dict[float, float], noisy: bool = False, **other: Any) -> list[pd.DataFrame]:
    """A run for each rung."""
    prune = {"criterion": "magnitude"} | other
    return [
        run(method, accuracy, noisy, target_density=density, cycle=level, cycles=level, epochs=5 * level, **prune)
        for level, (density, accuracy) in enumerate(accuracies.items(), start=2)
    ]


@cache
def summary() -> pd.DataFrame:
    """Arms at 0.1 and 0.05 on LRR's mask and at 0.05 on WR's; LRR and IMP, left alone and with their signs flipped."""
    frames = [
        *(arm("random_magnitudes", accuracy, target_density=density) for density, accuracy in ((0.1, 90), (0.05, 80))),
        *(arm(None, accuracy, target_density=density) for density, accuracy in ((0.1, 91), (0.05, 85))),
        *(arm("random_signs", 84, target_density=density, cycles=2) for density in (0.1, 0.05)),
        *(arm("shuffle_signs", 83, target_density=density, cycles=2) for density in (0.1, 0.05)),
        arm("shuffle_magnitudes", 90, cycles=2),
        arm("random_magnitudes", 86, weights="initial", cycles=2),
        arm("fresh", 82, weights="initial", target_density=0.05),
        arm("random_magnitudes", 82, "wr", target_density=0.05, cycles=2),
        arm("random_signs", 80, "wr", target_density=0.05, cycles=2),
        *ladder("lrr", {0.5: 95, 0.1: 91, 0.05: 86}),
        *ladder("imp", {0.5: 94, 0.1: 88, 0.05: 80}),
        *ladder("lrr", {0.5: 95, 0.1: 90.5}, True, variant="signs-flipped"),
        *ladder("imp", {0.5: 90, 0.1: 80}, True, variant="signs-flipped"),
        run("cyclic", 85, mask="erk"),
        run("dense", 97, target_density=1.0),
    ]
    return pd.concat(frames, ignore_index=True)


SHARES = {"lrr": (0.3, 0.2, 0.15, 0.1), "imp": (0.3, 0.29, 0.28, 0.27), "cyclic": (0.4, 0.3, 0.25, 0.2)}
"""Of the weights that flip in each cycle of the longest run of a method."""


@cache
def signs() -> pd.DataFrame:
    """Flips of the runs above; beside the rows over all layers one of a layer that nobody is to read."""
    rows = []
    frame = summary()
    plain = frame[frame["variant"].isna() & frame["method"].isin(SHARES)]
    for run_id, cycles, method in plain[["run", "cycles", "method"]].drop_duplicates().itertuples(index=False):
        for cycle, share in enumerate(SHARES[method][:cycles], start=1):
            for seed in range(SEEDS):
                place = {"run": run_id, "cycle": cycle, "node": f"{method}/{cycle}", "seed": seed, "before": "x"}
                mine = share + 0.01 * seed * (cycle == 1)
                rows += [
                    {**place, "layer": "all", "kept": 100, "flipped": 100 * mine, "share": mine},
                    {**place, "layer": "conv", "kept": 10, "flipped": 9, "share": 0.9},
                ]
    return pd.DataFrame(rows)


def one_neuron(lucky: int = 0) -> pd.DataFrame:
    """Eight starts per seed, once for each of two runs; of `lucky` seeds IMP learns from every start."""
    rows = []
    for run_id in ("dense", "lrr/0.5"):
        for seed in range(SEEDS):
            for draw in range(8):
                w, a = ((1, 1), (-1, 1), (1, -1), (-1, -1))[draw % 4]
                learns = {"dense": a > 0, "lrr": a > 0, "imp": (a > 0 and w > 0) or seed < lucky}
                place = {"run": run_id, "cycle": 1, "node": "dense/cycle_1", "seed": seed, "draw": draw}
                rows.append({**place, "w1": 0.5 * w + 0.01 * draw, "a": 1.0 * a, "mask_found": True, **learns})
    return pd.DataFrame(rows)


def tables(**frames: pd.DataFrame) -> Tables:
    return Tables({"summary": summary(), "signs": signs(), "one_neuron": one_neuron()} | frames, None, {"margin": 2.0})
