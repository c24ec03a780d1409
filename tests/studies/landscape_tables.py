"""Tables of a small experiment whose heights and eigenvalues are chosen, so that every claim can be worked out.

Three seeds; dense, cyclic, long, LRR and SCULPT at densities 0.1 and 0.02. Heights are a parabola over alpha, so they
are zero at the ends; only the midpoint is told of below.
"""

from itertools import pairwise

import pandas as pd

from sculpt.core.kinds import FIGURES
from sculpt.plotting.drawn import Drawn
from sculpt.recipe.run import LABELS
from sculpt.statistics.chosen_rows import chosen_rows
from sculpt.statistics.tables import Tables

SEEDS = (0, 1, 2)
DENSITIES = (0.1, 0.02)
ALPHAS = [k / 10 for k in range(11)]
SPREAD = {0: -0.1, 1: 0.0, 2: 0.1}
"""What each seed adds to a height."""
HEIGHTS = {"cyclic": 2.0, "long": 0.1, "lrr": 0.2, "sculpt": 3.0, "other_seed": 60.0, "permuted": 40.0, "itself": 0.0}
"""Of the midpoint in points, on the training split; on validation it is a point more, but for what is flat."""


def _run(run: str, method: str, density: float, nodes: dict[int, str], **labels) -> list[dict]:
    known = dict.fromkeys(LABELS) | {"method": method, "target_density": density} | labels
    cycles = max(nodes)
    rows = []
    for cycle, node in nodes.items():
        for seed in SEEDS:
            place = {"run": run, **known, "cycle": cycle, "cycles": cycles, "seed": seed, "node": node}
            rows.append(place | {"val_accuracy": 80.0, "test_accuracy": 80.0, "selected": True, "result": True})
    return rows


def _summary() -> pd.DataFrame:
    rows = _run("dense", "dense", 1.0, {c: f"dense/cycle_{c}" for c in (1, 2, 3)})
    for density in DENSITIES:
        mask = {"mask": "erk"}
        cyclic = {c: f"cyclic/erk_{density}/cycle_{c}" for c in (1, 2, 3)}
        rows += _run(f"cyclic/erk_{density}", "cyclic", density, cyclic, **mask)
        rows += _run(f"single/erk_{density}", "single", density, {1: cyclic[1]}, **mask)
        rows += _run(f"long/erk_{density}", "long", density, {3: f"cyclic/erk_{density}/long_3"}, **mask)
        node = {3: f"sculpt/erk_0.5/cycle_2/{density}"}
        start = {"criterion": "magnitude", "start_density": 0.5}
        rows += _run(f"sculpt/erk_0.5/{density}", "sculpt", density, node, **mask, **start)
    rows += _run("lrr/0.1", "lrr", 0.1, {2: "iterative/lrr/0.1"}, criterion="magnitude")
    rows += _run("lrr/0.1/0.02", "lrr", 0.02, {3: "iterative/lrr/0.1/0.02"}, criterion="magnitude")
    return pd.DataFrame(rows)


def _line(run: str, cycle: int, node: str, path: str, before: str | None, height: float) -> list[dict]:
    rows = []
    for split, more in (("train", 0.0), ("validation", 1.0 if height else 0.0)):
        for seed in SEEDS:
            middle = height + more + (SPREAD[seed] if height else 0.0)
            for alpha in ALPHAS:
                found = 4 * alpha * (1 - alpha) * middle
                place = {"run": run, "cycle": cycle, "node": node, "seed": seed, "path": path, "before": before}
                measured = {"loss": 1.0, "accuracy": 80 - found, "height": found, "height_loss": found / 100}
                rows.append(place | {"split": split, "alpha": alpha} | measured)
    return rows


def _connectivity(heights: dict[str, float]) -> pd.DataFrame:
    rows = []
    for density in DENSITIES:
        nodes = {c: f"cyclic/erk_{density}/cycle_{c}" for c in (1, 2, 3)}
        for run, cycles in ((f"cyclic/erk_{density}", (1, 2, 3)), (f"single/erk_{density}", (1,))):
            for cycle in cycles:
                if cycle == 1:
                    for path in ("itself", "other_seed", "permuted"):
                        rows += _line(run, 1, nodes[1], path, None, heights[path])
                else:
                    rows += _line(run, cycle, nodes[cycle], "before", nodes[cycle - 1], heights["cyclic"])
        part = [f"cyclic/erk_{density}/long_3/{end}" for end in ("5", "10")] + [f"cyclic/erk_{density}/long_3"]
        for cycle, (before, node) in enumerate(pairwise(part), start=2):
            rows += _line(f"long/erk_{density}", cycle, node, "before", before, heights["long"])
        node = f"sculpt/erk_0.5/cycle_2/{density}"
        rows += _line(f"sculpt/erk_0.5/{density}", 3, node, "before", "cyclic/erk_0.5/cycle_2", heights["sculpt"])
    first, second = "iterative/lrr/0.1", "iterative/lrr/0.1/0.02"
    rows += _line("lrr/0.1", 2, first, "before", "dense/cycle_1", heights["lrr"])
    rows += _line("lrr/0.1/0.02", 2, first, "before", "dense/cycle_1", heights["lrr"])
    rows += _line("lrr/0.1/0.02", 3, second, "before", first, heights["lrr"])
    return pd.DataFrame(rows)


EIGENVALUES = {"dense": (160.0, 80.0, 40.0), "cyclic": (100.0, 200.0, 400.0)}
"""By cycle: dense networks flatten, sparse ones do not."""


def _curvature() -> pd.DataFrame:
    rows = []
    runs = [("dense", "dense", "dense/cycle_{}")]
    runs += [("cyclic", f"cyclic/erk_{d}", f"cyclic/erk_{d}/cycle_{{}}") for d in DENSITIES]
    for method, run, node in runs:
        for cycle, value in enumerate(EIGENVALUES[method], start=1):
            for seed in SEEDS:
                eigenvalue, norm = value * (1 + SPREAD[seed] * (cycle - 1) / 2), 500.0
                place = {"run": run, "cycle": cycle, "node": node.format(cycle), "seed": seed}
                found = {"eigenvalue": eigenvalue, "residual": 1e-3, "iterations": 7, "weight_norm_squared": norm}
                rest = {"scaled": eigenvalue * norm, "train_loss": 0.5 / cycle, "gradient_norm": 2.0 / cycle}
                rows.append(place | found | rest)
    return pd.DataFrame(rows)


def frames(**heights: float) -> dict[str, pd.DataFrame]:
    """The tables by name; heights: others than HEIGHTS."""
    return {"summary": _summary(), "connectivity": _connectivity(HEIGHTS | heights), "curvature": _curvature()}


def draw(name: str, of: dict[str, pd.DataFrame], **settings) -> Drawn:
    figure = {"name": name, "width": 5.5} | settings
    return FIGURES.load(name)(Tables(chosen_rows(of, figure)), figure)
