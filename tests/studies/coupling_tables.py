"""Tables of a coupling experiment that nobody ran: three seeds, accuracies that are easy to subtract."""

import numpy as np
import pandas as pd

SEEDS = 3
CYCLES = 4
SPREAD = {"lrr": [0, 1, 2], "wr": [1, 1, 1], "lrr+other_seed": [0, 0, 3], "lrr+shuffled": [0, 2, 1], "erk": [1, 0, 2]}
"""What each seed adds to the accuracy of a mask."""
ENDS = {
    ("lrr", "warm_up"): 90,
    ("lrr", "initial"): 88,
    ("lrr", "fresh"): 84,
    ("wr", "warm_up"): 89,
    ("lrr+other_seed", "warm_up"): 87,
    ("lrr+shuffled", "warm_up"): 86,
    ("lrr+shuffled", "fresh"): 83,
    ("erk", "warm_up"): 76,
    ("erk", "fresh"): 75,
}
"""Accuracy at the end of all cycles at density 0.05; 10 points less at 0.02, and half after the first cycle."""


def run(kind, start, density, level=None, seeds=SEEDS, **other):
    """The rows of a coupled run at cycles 1 to 4; of a cyclic one where `method` says so."""
    fresh = start == "fresh"
    level = ENDS.get((kind, start), 0) - 10 * (density == 0.02) if level is None else level
    labels = {"method": "coupled", "mask": kind, "weights": "initial" if fresh else start}
    labels |= {"transform": "fresh" if fresh else None, "start_density": np.nan, "target_density": density}
    labels |= {"criterion": "magnitude" if kind != "erk" else None, "length": None, "variant": None}
    labels |= other
    name = f"{labels['method']}/{labels['variant']}/{kind}_{density}/{start}/{labels['length']}"
    cycles = labels["length"] or CYCLES
    rows = []
    for cycle in range(1, cycles + 1):
        for seed in range(seeds):
            accuracy = level * (0.5 if cycle == 1 else 1) + SPREAD[kind][seed]
            rows.append(
                {"run": name, **labels, "cycle": cycle, "cycles": cycles, "seed": seed, "val_accuracy": accuracy}
                | {"test_accuracy": float(accuracy), "epochs": 5 * cycle + 30 * (kind != "erk")}
                | {"train_flops": cycle * 1e9 + 7e9 * (kind != "erk"), "node": f"{name}/cycle_{cycle}"}
                | {"selected": True, "result": True}
            )
    return pd.DataFrame(rows)


def lrr(density, level):
    """LRR itself at the end of its ladder."""
    rows = run("lrr", "warm_up", density, level, method="lrr", mask=None, weights=None)
    return rows[rows["cycle"] == CYCLES].assign(run=f"lrr/{density}")


def summary(*left_out, densities=(0.05, 0.02)):
    """Every arm at each density but those left out, a cyclic run on the random mask, and LRR itself."""
    runs = [run(*arm, density) for density in densities for arm in ENDS if arm not in left_out]
    runs += [run("erk", "initial", density, 70.0, method="cyclic", weights=None) for density in densities]
    return pd.concat([*runs, *(lrr(density, 95.0) for density in densities)], ignore_index=True)


def connectivity(rows, heights):
    """A table of paths for the coupled runs of `rows` from cycle 2 on.

    heights: of (arm's mask, weights or `fresh`, split), the height at the midpoint by seed; tenfold at other points.
    """
    found = []
    ends = rows[(rows["method"] == "coupled") & (rows["cycle"] > 1)]
    for row in ends.itertuples():
        weights = "fresh" if row.transform == "fresh" else row.weights
        for split in ("train", "validation"):
            if (row.mask, weights, split) not in heights:
                continue
            for alpha in (0.0, 0.1, 0.5, 1.0):
                height = heights[row.mask, weights, split][row.seed] * {0.5: 1, 0.1: 10}.get(alpha, 0)
                before = row.node.replace(f"cycle_{row.cycle}", f"cycle_{row.cycle - 1}")
                cell = {"run": row.run, "cycle": row.cycle, "node": row.node, "seed": row.seed, "path": "before"}
                cell |= {"before": before, "split": split, "alpha": alpha, "height": float(height)}
                found.append(cell)
    return pd.DataFrame(found)
