"""Summary tables made by hand, and what the claims say of them."""

import numpy as np
import pandas as pd

from sculpt.core.kinds import CLAIMS
from sculpt.statistics.judgement.judging import judge, needed
from sculpt.statistics.tables import Tables

COSTS = {"single": (5, 1e9), "cyclic": (20, 4e9), "long": (20, 4e9), "sculpt": (20, 6e9)}
COSTS |= {"lrr": (35, 9e10), "imp": (35, 9e10), "wr": (35, 9e10), "lrr_equal": (20, 5e10)}
UNMASKED = ("lrr", "imp", "wr", "lrr_equal")
ON_SUMMARY = [
    name
    for name in CLAIMS.names
    if needed(name) == ("summary",) and CLAIMS.module(name).startswith("sculpt.claims.")  # a study's has its own tests
]


def run(method, test, density=0.01, mask="erk", start=np.nan, val=None, selected=True, **other):
    """The rows of one run at one of its cycles, a seed each; val: accuracies, or one for all (default: as on test)."""
    epochs, flops = COSTS[method]
    cycles = other.get("cycles", {"single": 1, "lrr": 7, "imp": 7, "wr": 7}.get(method, 4))
    cycle = other.get("cycle", cycles)
    mask = None if method in UNMASKED else mask
    labels = {"criterion": "magnitude" if method in ("sculpt", *UNMASKED) else None}
    labels |= {label: other.get(label) for label in ("transform", "weights", "length", "variant")}
    labels |= {"criterion": other.get("criterion", labels["criterion"])}
    beside = "/".join(str(value) for value in labels.values())
    count = len(test)
    return pd.DataFrame(
        {
            "run": other.get("run", f"{method}/{beside}/{mask}_{start}/{density}/{cycles}"),
            "method": method,
            "mask": mask,
            "start_density": start,
            "target_density": density,
            **labels,
            "cycle": cycle,
            "cycles": cycles,
            "seed": range(count),
            "epochs": other.get("epochs", epochs),
            "train_flops": other.get("flops", flops),
            "val_accuracy": np.broadcast_to(test if val is None else val, count).astype(float),
            "test_accuracy": np.asarray(test, float),
            "node": other.get("node", f"{method}/{beside}/{mask}_{start}/{density}/{cycle}_{cycles}"),
            "selected": selected,
            "result": other.get("result", True),
        }
    )


def grid():
    """Every method at two densities and two masks, with noise from a fixed generator."""
    random = np.random.default_rng(0)
    runs = []
    for density, level in ((0.05, 85), (0.01, 70)):

        def accuracies(shift, level=level):
            return random.normal(level + shift, 2, 3)

        for mask in ("erk", "snip"):
            runs += [
                run("cyclic", accuracies(3 * c - 12), density, mask, cycle=c, epochs=5 * c, flops=c * 1e9)
                for c in (1, 2, 3, 4)
            ]
            runs += [run("single", accuracies(-9), density, mask), run("long", accuracies(1), density, mask)]
            runs += [
                run("sculpt", accuracies(9), density, mask, start=start, selected=start == 0.1) for start in (0.5, 0.1)
            ]
        iterative = {"lrr": 10, "imp": 2, "wr": 4}
        runs += [run(method, accuracies(shift), density) for method, shift in iterative.items()]
    return pd.concat(runs, ignore_index=True)


def judged(summary):
    """The claims that read the summary alone, and why others are not among them."""
    return judge(ON_SUMMARY, Tables({"summary": summary}))


def evaluate(*runs):
    return {claim["id"]: claim for claim in judged(pd.concat(runs, ignore_index=True))[0]}


def untested(*runs):
    return judged(pd.concat(runs, ignore_index=True))[1]


def reason(id_, *runs):
    (line,) = [line for line in untested(*runs) if line.startswith(f"{id_} (")]
    return line


def bounds(claim):
    return claim["ci_low"], claim["ci_high"]
