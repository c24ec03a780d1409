"""The result table: one row per (run, cycle, seed), and the choice of SCULPT's start density."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sculpt.core.rounding import rounded
from sculpt.recipe.headline import headline_name
from sculpt.recipe.node import number
from sculpt.statistics.pooling import LABELS, one_row_each, pooled
from sculpt.statistics.results import ends

if TYPE_CHECKING:
    from sculpt.recipe.tree import Tree

COLUMNS = [
    "experiment",
    "dataset",
    "model",
    "run",
    *LABELS,
    "density",
    "cycle",
    "cycles",
    "seed",
    "epochs",
    "train_flops",
    "train_flops_dense",
    "train_loss",
    "val_accuracy",
    "pruned_carried",
    "pruned_reestimated",
    "test_accuracy",
    "test_loss",
    "node",
    "selected",
    "result",
]
_COSTS = ("epochs", "train_flops", "train_flops_dense")
_STATISTICS = ("carried", "reestimated")
"""Which batch-norm statistics a network was validated with right after its prune."""
_EMPTY_FOR_SOME = ("start_density", *(f"pruned_{kind}" for kind in _STATISTICS))
"""Columns of numbers that an experiment can be without: one of None alone would not be one of numbers."""


def summarise(name: str, tree: Tree, records: dict[str, list[dict[str, Any]]], tests: pd.DataFrame) -> pd.DataFrame:
    """The summary table.

    records: what each node and mask took and came to, one entry per seed, by key. tests: columns
    node (key), seed, accuracy (percent) and loss on the test split. FLOPs and epochs count everything that a run is
    made from, once: trunks, rewind points and scoring included. pruned_carried, pruned_reestimated: validation accuracy
    (percent) right after the prune of the node, before any training, with the batch-norm statistics that it came with
    and with new ones of the training images; empty for a node without a prune. Raises PoolingError where two rows are
    of one (run, cycle, seed).
    """
    experiment = tree.experiment
    test = tests.set_index(["node", "seed"])
    rows = []
    for run in tree.runs:
        for cycle, key in run.reported:
            for record, cost in zip(records[key], tree.cumulative(key, records), strict=True):
                scored = test.loc[(key, record["seed"])]
                rows.append(
                    {
                        "experiment": name,
                        "dataset": experiment["data"]["name"],
                        "model": _model(experiment["model"]),
                        "run": run.id,
                        **{label: run.labels[label] for label in LABELS},
                        "density": record["density"],
                        "cycle": cycle,
                        "cycles": run.cycles,
                        "seed": record["seed"],
                        **{column: cost[column] for column in _COSTS},
                        "train_loss": record["train_loss"],
                        "val_accuracy": record["validation"]["accuracy"],
                        **_after_prune(record),
                        "test_accuracy": scored["accuracy"],
                        "test_loss": scored["loss"],
                        "node": key,
                        "result": run.result,
                    }
                )
    columns = [column for column in COLUMNS if column != "selected"]
    summary = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(_EMPTY_FOR_SOME, float))
    one_row_each(summary, ["run", "cycle", "seed"], "summary.csv")
    return select_starts(summary)[COLUMNS]


def _after_prune(record: dict[str, Any]) -> dict[str, float | None]:
    scores = record.get("after_prune", {})
    return {f"pruned_{kind}": scores[kind]["accuracy"] if scores else None for kind in _STATISTICS}


def _model(settings: dict[str, Any]) -> str:
    """A model in one word: its name, and its width where it has one."""
    return "_w".join(str(settings[key]) for key in ("name", "width") if key in settings)


def select_starts(summary: pd.DataFrame) -> pd.DataFrame:
    """Add `selected`: of SCULPT's starts for a mask and target, the one with the best validation mean over all seeds.

    The choice is made for each criterion, transform, length and variant apart. Ties go to the denser start. True for
    every row that is not of SCULPT. The test split plays no part.
    """
    sculpt = summary[(summary["method"] == "sculpt") & (summary["cycle"] == summary["cycles"])]
    cell = [label for label in LABELS if label != "start_density"]
    cells = pooled(sculpt, ["run", *cell, "start_density"], "val_accuracy", "the choice of SCULPT's start")
    cells["order"] = cells["val_accuracy_mean"].round(6)  # the last bit of a mean decides nothing
    best = cells.sort_values(["order", "start_density"]).groupby(cell, dropna=False).tail(1)
    return summary.assign(selected=(summary["method"] != "sculpt") | summary["run"].isin(best["run"]))


def headline(summary: pd.DataFrame) -> dict[str, dict[str, dict[str, float]]]:
    """Test accuracy (percent) of each method's end results, by `headline_name` and density, for `dvc metrics show`.

    Each has the mean over the seeds, and sd, their sample standard deviation, where there is more than one seed.
    Raises PoolingError where two runs have the same labels.
    """
    results = ends(summary)
    results = results[results["selected"].astype(bool)]
    names = [label for label in LABELS if label not in ("start_density", "target_density")]
    over = ("seed", "start_density")
    means = pooled(results, [*names, "target_density"], "test_accuracy", "the metrics", over)
    found: dict[str, dict[str, dict[str, float]]] = {}
    for row in means.to_dict("records"):
        of_method = found.setdefault(headline_name(row), {})
        spread = {"mean": row["test_accuracy_mean"], "sd": row["test_accuracy_sd"]}
        of_method[number(row["target_density"])] = {key: rounded(v) for key, v in spread.items() if pd.notna(v)}
    return found


def scores_of_nodes(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Accuracy and loss of each node and seed over all classes, from evaluation tables whose nodes are keys."""
    whole = pd.concat(tables) if tables else pd.DataFrame(columns=["node", "seed", "images", "accuracy", "loss"])
    for column in ("accuracy", "loss"):
        whole[column] *= whole["images"]
    sums = whole.groupby(["node", "seed"], as_index=False)[["images", "accuracy", "loss"]].sum()
    return sums.assign(accuracy=sums["accuracy"] / sums["images"], loss=sums["loss"] / sums["images"])
