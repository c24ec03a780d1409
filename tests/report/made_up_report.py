"""A small report on made-up numbers, and what it is made of."""

from pathlib import Path
from typing import Any

import pandas as pd

from sculpt.recipe.run import LABELS
from sculpt.report.content import Content
from sculpt.report.content.cost import Cost, StageCost
from sculpt.report.content.figures import Figure
from sculpt.report.content.found import found
from sculpt.report.content.recipes import Row
from sculpt.report.content.runs import results, runs
from sculpt.statistics.judgement.untested import Untested

EXPERIMENT = {"seeds": 2, "data": {"name": "digits"}, "model": {"name": "resnet20", "width": 8}}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>'


def rows(method: str, accuracies: list[float], density: float = 0.1, **given: Any) -> list[dict[str, Any]]:
    """Rows of summary.csv at the end of a run, one per seed."""
    labels = {**dict.fromkeys(LABELS), "method": method, "target_density": density, **given}
    run = given.pop("run", f"{method}/{density}")
    return [
        {
            **{label: labels[label] for label in LABELS},
            "run": run,
            "cycle": 3,
            "cycles": 3,
            "seed": seed,
            "epochs": 6,
            "train_flops": 1.5e9,
            "train_flops_dense": 6e9,
            "density": labels["target_density"],
            "node": f"{run}/cycle_3",
            "val_accuracy": accuracy - 1,
            "test_accuracy": accuracy,
            "selected": labels.get("selected", True),
            "result": labels.get("result", True),
        }
        for seed, accuracy in enumerate(accuracies)
    ]


def summary() -> pd.DataFrame:
    """Five runs; cyclic has two cycles before its end, and SCULPT two starts, of which one was chosen."""
    table = [
        *rows("dense", [96.0, 98.0], 1.0),
        *rows("cyclic", [80.0, 84.0], mask="erk"),
        *({**row, "cycle": 1, "test_accuracy": 0.0} for row in rows("cyclic", [0.0, 0.0], mask="erk")),
        *rows("sculpt", [90.0, 92.0], mask="erk", start_density=0.5, run="sculpt/erk_0.5/0.1"),
        *rows("sculpt", [70.0, 71.0], mask="erk", start_density=0.2, run="sculpt/erk_0.2/0.1", selected=False),
        *rows("lrr", [95.0, 93.0]),
        *rows("lrr", [60.0, 62.0], 0.05),
        *rows("cyclic", [1.0, 1.0], 0.01, mask="erk", result=False),
    ]
    return pd.DataFrame(table).astype({"start_density": float, "length": float})


def claim(id: str, statement: str, verdict: str = "supported", **given: Any) -> dict[str, Any]:
    return {
        "id": id,
        "statement": statement,
        "verdict": verdict,
        "effect": 2.5,
        "ci_low": 1.0,
        "ci_high": 4.0,
        "p": 0.001,
        "p_holm": 0.002,
        "covers": "seeds and test images",
        "threshold": 0.0,
        "cells": [],
        "caveats": ["made up"],
        "family": "figure 1",
        "scope": "erk at 0.1",
        "source": "arXiv 2406.02773, abstract",
        "n_seeds": 2,
        "n_images": 500,
        **given,
    }


CLAIMS = [
    claim("a", "Cyclic beats single", question="Does cyclic beat single?"),
    claim("a2", "Cyclic beats single, too", question="Does cyclic beat single?"),
    claim("b", "SCULPT reaches LRR", "contradicted", effect=-3.0, question="Does SCULPT reach LRR?"),
]
UNTESTED = [Untested("z", "RigL is best", "no run of RigL", "- {method: dynamic}", "Is RigL best?")]
TREE = [
    Row("dense", "all weights", 0.0, (1.0, 1.0), False, False, 1, None, ("dense/cycle_1", "dense/cycle_2")),
    Row("LRR", "pruned to 0.5, 0.2", 1.0, (1.0, 1.0), True, False, 1, 0, ("iterative/a", "iterative/b")),
    Row("coupled", "at 0.2", 3.0, (1.0,), False, True, 2, 1, ("cyclic/a", "cyclic/b")),
]
COST = Cost(6, 60, 90, 1.5e12, 3.2, [StageCost("dense", 2, 1, 4.5, 300), StageCost("sculpt", 1, 0, 0.0, 0)])


def content(folder: Path, claims: list[dict[str, Any]] | None = None, **given: Any) -> Content:
    """The whole report; folder: where its figure is written."""
    for kind in ("svg", "png"):
        (folder / f"accuracy.{kind}").write_text(SVG)
    table = summary()
    made_up = {
        "experiment": "made-up",
        "found": found("made-up", EXPERIMENT, 1234, table, CLAIMS if claims is None else claims, UNTESTED),
        "figures": [
            Figure("accuracy", "Accuracy of all", "What ``long`` is.", folder / "accuracy.svg", folder / "accuracy.png")
        ],
        "runs": runs(table),
        "results": results(runs(table)),
        "recipes": TREE,
        "cost": COST,
        "settings": "made-up:\n  seeds: 2\n",
        "environment": [("revision", "abc1234"), ("Python", "3.11")],
    }
    return Content(**{**made_up, **given})
