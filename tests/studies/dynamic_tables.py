"""Summary tables of dynamic runs and of what they are compared with, made by hand."""

import math

import pandas as pd

from sculpt.recipe.run import LABELS

RIGL, FIXED = [80.0, 83.0, 85.0], [78.0, 79.0, 80.0]


def run(method, test, flops, density=0.02, start=None, selected=True, epochs=20, variant=None, **other):
    """The rows at the end of one run, a seed each."""
    masked = method in ("rigl", "set", "long", "cyclic", "sculpt")
    ours = method in ("rigl", "set", "gmp", "acdc")
    labels = dict.fromkeys(LABELS) | {
        "method": method,
        "mask": "erk" if masked else None,
        "start_density": math.nan if start is None else start,
        "target_density": density,
        "criterion": "magnitude" if method in ("sculpt", "lrr") else None,
        "variant": variant or (method if ours else None),
    }
    labels |= other
    run_id = f"{labels['variant']}/{method}/{start}/{density}"
    rest = {"cycle": 4, "cycles": 4, "epochs": epochs, "train_flops": flops, "selected": selected, "result": True}
    rows = [
        {"run": run_id, **labels, **rest, "seed": seed, "node": run_id, "val_accuracy": value, "test_accuracy": value}
        for seed, value in enumerate(test)
    ]
    return pd.DataFrame(rows)


def everything():
    """SCULPT from 0.1 at 4e9 FLOPs and from 0.5 at 16e9; a geometric mean of the two costs 8e9."""
    low, high = [70.0, 72.0, 77.0], [76.0, 80.0, 81.0]
    return [
        run("rigl", RIGL, 1e9),
        run("set", [79.0, 79.0, 82.0], 1e9),
        run("gmp", [70.0, 75.0, 74.0], 8e9),
        run("acdc", [90.0, 91.0, 95.0], 20e9),
        run("long", FIXED, 1e9),
        run("cyclic", FIXED, 1e9),
        run("sculpt", low, 4e9, start=0.1, selected=False),
        run("sculpt", high, 16e9, start=0.5),
    ]
