"""Runs that nobody trained: four cycles of five epochs, three seeds, accuracies that are easy to compare."""

from functools import cache

import numpy as np
import pandas as pd

from sculpt.core.kinds import CLAIMS, FIGURES
from sculpt.plotting.drawn import Drawn
from sculpt.statistics.judgement.judging import judge
from sculpt.statistics.tables import Tables

SEEDS = np.arange(3)
EPOCHS = 5
FLOPS = {"cyclic": 1e9, "long": 1e9, "sculpt": 2e9, "sculpt_twice": 2e9, "lrr": 4e9, "lrr_equal": 4e9, "dense": 9e9}
"""Of a cycle."""
LADDER = {0.5: 95, 0.1: 95, 0.05: 96, 0.04: 95, 0.02: 92, 0.01: 88}
TRUNK = 95
"""Validation accuracy of seed 0 before SCULPT's prune, whatever its start."""
MODULES = {
    id_: name for name in CLAIMS.names if (id_ := CLAIMS.constant(name, "ID", "")).startswith("i") and id_[1:].isdigit()
}
"""The claims of the study, by their id."""
SETTINGS = {"prune_perturbation": {}, "sculpt_ablation": {"densities": [0.05, 0.02, 0.01]}, "equal_cost": {}}


def run(method, target, test, start=None, cycle=4, cycles=None, **other):
    """One cycle of a run, a row per seed. test: of each seed, or of seed 0, and a point more for each further one.

    val: validation accuracy in the same form (as on test). pruned: carried and re-estimated accuracy.
    """
    prunes = method in ("sculpt", "sculpt_twice", "lrr", "lrr_equal")
    labels = {"mask": None if method in ("lrr", "lrr_equal", "dense") else other.get("mask", "erk")}
    labels |= {"start_density": start, "target_density": target}
    labels |= {"criterion": other.get("criterion", "magnitude") if prunes else None}
    labels |= {label: other.get(label) for label in ("transform", "weights", "length", "variant")}
    name = "/".join([method, *map(str, labels.values())])
    carried, reestimated = other.get("pruned", (np.nan, np.nan))
    columns = {"val_accuracy": other.get("val", test), "test_accuracy": test}
    columns |= {"pruned_carried": carried, "pruned_reestimated": reestimated}
    frame = pd.DataFrame({"seed": SEEDS} | {column: of_seeds(values) for column, values in columns.items()})
    return frame.assign(
        method=method,
        **labels,
        run=other.get("run", name),
        node=other.get("node", f"{name}/{cycle}"),
        cycle=cycle,
        cycles=cycles or cycle,
        epochs=EPOCHS * cycle,
        train_flops=other.get("flops", FLOPS[method] * cycle),
        selected=other.get("selected", True),
        result=other.get("result", True),
    )


def of_seeds(values):
    return values + SEEDS if np.isscalar(values) else np.array(values, float)


def cyclic(target, *tests, length=None, result=True, mask="erk", **other):
    """Cyclic training after each of its cycles."""
    name = f"cyclic/{mask}_{target}" + (f"/{length}_cycles" if length else "")
    of_run = {"cycles": len(tests), "length": length, "result": result, "mask": mask, "run": name, **other}
    nodes = [f"cyclic/{mask}_{target}/cycle_{cycle}" for cycle in range(1, len(tests) + 1)]
    return [
        run("cyclic", target, test, cycle=cycle, node=node, **of_run)
        for cycle, (node, test) in enumerate(zip(nodes, tests, strict=True), start=1)
    ]


def sculpt(start, target, test, length=None, **other):
    name = f"sculpt/{other.get('mask', 'erk')}_{start}/{target}" + (f"/{length}_cycles" if length else "")
    name += f"+{other['criterion']}" if "criterion" in other else ""
    return run("sculpt", target, test, start, cycle=length or 4, length=length, run=name, node=name, **other)


STARTS = {
    # start: of targets 0.05, 0.02, 0.01, test accuracy, and validation accuracy right after the prune
    0.8: ((91, 85), (84, 35), (66, 15)),
    0.5: ((92, 90), (86, 45), (70, 25)),
    0.3: ((93, 90), (87, 55), (74, 35)),
    0.2: ((94, 90), (88, 65), (78, 45)),
}
SCULPT = [
    sculpt(start, target, test, selected=start == 0.2, pruned=(10, kept))
    for start, of_start in STARTS.items()
    for target, (test, kept) in zip((0.05, 0.02, 0.01), of_start, strict=True)
]
TRUNKS = [row for start in STARTS for row in cyclic(start, 80, 90, TRUNK, result=False)]
LENGTHS = [sculpt(0.2, 0.02, test, length) for length, test in {2: 75, 5: 90, 6: 91}.items()]
LENGTHS += [sculpt(0.2, 0.01, test, length) for length, test in {2: 50, 5: 80, 7: 84}.items()]
LENGTHS += [sculpt(0.5, 0.02, 89, 6, selected=False), sculpt(0.5, 0.01, 90, 7, selected=False)]
CRITERIA = [sculpt(0.2, 0.02, test, criterion=name) for name, test in {"snip": 85, "erk": 60}.items()]
TWICE = [run("sculpt_twice", target, test, 0.2) for target, test in {0.02: 89, 0.01: 81}.items()]
CYCLIC = [
    *cyclic(0.05, 70, 80, 85, 88),
    *cyclic(0.02, 50, 60, 70, 80),
    *cyclic(0.02, 50, 60, 70, 80, 84, 85, length=6),
    *cyclic(0.01, 30, 40, 50, 60),
    *cyclic(0.01, 30, 40, 50, 60, 62, 64, 65, length=7),
]
LONG = [run("long", target, test) for target, test in {0.05: 89, 0.02: 82, 0.01: 63}.items()]
LONG += [run("long", 0.01, 68, cycle=7, length=7)]
LRR = [
    run("lrr", target, test, cycle=cycle, run=f"lrr/{target}", node=f"lrr/{target}", pruned=(30, 90 - cycle))
    for cycle, (target, test) in enumerate(LADDER.items(), start=2)
]
LRR += [run("lrr_equal", target, test) for target, test in {0.02: 90, 0.01: 80}.items()]
DENSE = [run("dense", 1.0, 92, cycle=1, node="dense/cycle_1")]
EVERYTHING = [*DENSE, *TRUNKS, *CYCLIC, *LONG, *SCULPT, *LENGTHS, *CRITERIA, *TWICE, *LRR]


def history(summary):
    """The paths of SCULPT's runs of four cycles and of LRR's."""
    rungs = ["dense/cycle_1", *(f"lrr/{target}" for target in LADDER)]
    paths = {f"lrr/{target}": rungs[: place + 2] for place, target in enumerate(LADDER)}
    of_sculpt = summary[(summary["method"] == "sculpt") & summary["length"].isna()]
    for name, start in of_sculpt[["run", "start_density"]].drop_duplicates().itertuples(index=False):
        paths[name] = [*(f"cyclic/erk_{start}/cycle_{cycle}" for cycle in (1, 2, 3)), name]
    rows = [(name, cycle, node) for name, nodes in paths.items() for cycle, node in enumerate(nodes, start=1)]
    return pd.DataFrame(rows, columns=["run", "cycle", "node"])


@cache
def everything():
    return pd.concat(EVERYTHING, ignore_index=True)


def tables(*runs):
    summary = pd.concat(runs, ignore_index=True) if runs else everything()
    return Tables({"summary": summary, "history": history(summary)}, None, {"margin": 2.0})


def judged(*runs, of=tuple(MODULES)):
    """The claims of the study, or `of` some of its modules, by id, and why others are not among them."""
    claims, untested = judge([MODULES[id_] for id_ in of], tables(*runs))
    return {claim["id"]: claim for claim in claims}, untested


def draw(name, *runs) -> Drawn:
    return FIGURES.load(name)(tables(*runs), {"name": name, "width": 5.5, **SETTINGS[name]})


@cache
def drawn(name) -> Drawn:
    return draw(name)
