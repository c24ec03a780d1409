"""Tables of an experiment that nobody ran: four cycles of five epochs, three seeds, numbers easy to average."""

from typing import Any

import numpy as np
import pandas as pd

from sculpt.core.kinds import CLAIMS, FIGURES
from sculpt.plotting.drawn import Drawn
from sculpt.statistics.judgement.judging import judge
from sculpt.statistics.tables import Tables

SPREAD = (-1.0, 0.0, 1.0)
"""What seeds 0, 1 and 2 have beside the mean of their run."""
E, C = 5, 4
NAMES = [name for name in CLAIMS.names if ".studies.longer." in CLAIMS.module(name)]


def cycle(run: str, number: int, cycles: int, test: float, density: float = 1.0, **labels: Any) -> pd.DataFrame:
    """One run at one of its cycles, a row for each seed.

    test: the mean on test; val: on validation, else as on test. spread: how many times SPREAD the seeds differ on test.
    """
    rows = []
    for seed, beside in enumerate(SPREAD):
        rows.append(
            {
                "run": run,
                "method": labels.get("method", run.split("/")[0]),
                "mask": labels.get("mask"),
                "start_density": np.nan,
                "target_density": density,
                "criterion": labels.get("criterion"),
                "transform": labels.get("transform"),
                "weights": labels.get("weights"),
                "length": labels.get("length"),
                "variant": labels.get("variant"),
                "cycle": number,
                "cycles": cycles,
                "seed": seed,
                "epochs": labels.get("epochs", E * number),
                "train_flops": 1e9 * density * labels.get("epochs", E * number),
                "train_loss": labels.get("loss", 1.0 / number) * (1 + beside / 10),
                "val_accuracy": labels.get("val", test) + beside,
                "test_accuracy": test + beside * labels.get("spread", 1.0),
                "node": f"{run}/cycle_{number}",
                "selected": True,
                "result": labels.get("result", True),
            }
        )
    return pd.DataFrame(rows)


def dense(tests: list[float], variant: str | None = None, **labels: Any) -> pd.DataFrame:
    """The dense network after each cycle."""
    run = f"{variant}/dense" if variant else "dense"
    parts = [
        cycle(run, number, len(tests), test, method="dense", variant=variant, **labels)
        for number, test in enumerate(tests, 1)
    ]
    return pd.concat(parts, ignore_index=True)


def dense_long(test: float, variant: str | None = None, **labels: Any) -> pd.DataFrame:
    run = f"{variant}/dense_long" if variant else "dense_long"
    return cycle(run, C, C, test, method="dense_long", variant=variant, **labels)


def cyclic(
    mask: str, density: float, tests: list[float], variant: str | None = None, vals: list[float] | None = None, **labels
) -> pd.DataFrame:
    """Cyclic training after each cycle, and the single run where it is plain."""
    run = f"cyclic/{mask}_{density}" + (f"/{len(tests)}_cycles" if labels.get("length") else "")
    run = f"{variant}/{run}" if variant else run
    common = {"mask": mask, "variant": variant, **labels}
    parts = [
        cycle(run, number, len(tests), test, density, method="cyclic", val=val, **common)
        for number, (test, val) in enumerate(zip(tests, vals or tests, strict=True), 1)
    ]
    single = cycle(run.replace("cyclic", "single"), 1, 1, tests[0], density, method="single", **common)
    return pd.concat([*parts, single.assign(node=f"{run}/cycle_1")][: len(parts) + (not labels.get("length"))])


def long(mask: str, density: float, test: float, variant: str | None = None, cycles: int = C, **labels) -> pd.DataFrame:
    length = cycles if cycles != C else None
    run = f"long/{mask}_{density}" + (f"/{cycles}_cycles" if length else "")
    run = f"{variant}/{run}" if variant else run
    common = {"method": "long", "mask": mask, "variant": variant, "length": length, **labels}
    return cycle(run, cycles, cycles, test, density, **common)


def ladder(method: str, tests: dict[float, float], **labels: Any) -> pd.DataFrame:
    """The levels of an iterative method, by density; the first has two cycles."""
    found, name = [], method
    for number, (density, test) in enumerate(tests.items(), 2):
        name = f"{name}/{density}"
        found.append(cycle(name, number, number, test, density, method=method, criterion="magnitude", **labels))
    return pd.concat(found, ignore_index=True)


def history(summary: pd.DataFrame) -> pd.DataFrame:
    """The paths of ladders, a row for each node and seed; other runs have rows of their own nodes."""
    rows = []
    for run, of_run in summary.groupby("run", sort=False):
        parts = run.split("/")
        nodes = ["dense/cycle_1", *("/".join(parts[:end]) for end in range(2, len(parts) + 1))]
        nodes = nodes if of_run["method"].iloc[0] in ("lrr", "wr") else list(dict.fromkeys(of_run["node"]))
        rows += [
            (run, number, node, seed, E * number, 1.0 / number)
            for number, node in enumerate(nodes, 1)
            for seed in sorted(of_run["seed"].unique())
        ]
    return pd.DataFrame(rows, columns=["run", "cycle", "node", "seed", "epoch", "train_loss"])


def tables(*parts: pd.DataFrame, **settings: Any) -> Tables:
    summary = pd.concat(parts, ignore_index=True)
    return Tables({"summary": summary, "history": history(summary)}, settings=settings)


def judged(
    *parts: pd.DataFrame, only: str | None = None, **settings: Any
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """The claims of the study by id, and of those that are not tested the line, by id; only: the ID of one module."""
    names = [name for name in NAMES if only in (None, CLAIMS.constant(name, "ID"))]
    claims, untested = judge(names, tables(*parts, **settings))
    return {claim["id"]: claim for claim in claims}, {line.split(" ")[0]: line for line in untested}


def draw(name: str, *parts: pd.DataFrame) -> Drawn:
    return FIGURES.load(name)(tables(*parts), {"name": name, "width": 5.5})
