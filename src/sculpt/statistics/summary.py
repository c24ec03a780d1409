"""The result table: one row a (method, cycles, node, seed), and the choice of SCULPT's start density."""

from typing import Any

import pandas as pd

from sculpt.recipe.tree import Recipe
from sculpt.statistics.results import ends

COLUMNS = [
    "experiment",
    "dataset",
    "model",
    "method",
    "mask",
    "start_density",
    "target_density",
    "density",
    "cycle",
    "cycles",
    "seed",
    "epochs",
    "train_flops",
    "train_flops_dense",
    "train_loss",
    "val_accuracy",
    "test_accuracy",
    "test_loss",
    "node",
    "selected",
]


def summarise(name: str, recipe: Recipe, records: dict[str, list[dict[str, Any]]], tests: pd.DataFrame) -> pd.DataFrame:
    """The summary table.

    records: a node's records (one a seed), by key. tests: columns node (key), seed, accuracy (percent) and loss on the
    test split. FLOPs and epochs are cumulative along the node's path, trunk included.
    """
    experiment = recipe.experiment
    test = tests.set_index(["node", "seed"])
    rows = []
    for run in recipe.runs():
        for record in records[run["node"]]:
            scored = test.loc[(run["node"], record["seed"])]
            rows.append(
                {
                    "experiment": name,
                    "dataset": experiment.data.name,
                    "model": f"{experiment.model.name}_w{experiment.model.width}",
                    **run,
                    **{key: record[key] for key in ("seed", "density", "epochs", "train_flops", "train_flops_dense")},
                    "train_loss": record["train_loss"],
                    "val_accuracy": record["validation"]["accuracy"],
                    "test_accuracy": scored["accuracy"],
                    "test_loss": scored["loss"],
                }
            )
    # Without SCULPT no row has a start: a column of None alone would not be one of numbers.
    return select_starts(pd.DataFrame(rows).astype({"start_density": float}))[COLUMNS]


def select_starts(summary: pd.DataFrame) -> pd.DataFrame:
    """Add `selected`: of SCULPT's starts for a mask and target, the one with the best validation mean over all seeds.

    Ties go to the denser start. True for every other row. The test split plays no part.
    """
    sculpt = summary[summary["method"] == "sculpt"]
    cells = sculpt.groupby(["mask", "target_density", "start_density"], as_index=False)["val_accuracy"].mean()
    cells["val_accuracy"] = cells["val_accuracy"].round(6)  # the last bit of a mean decides nothing
    best = cells.sort_values(["val_accuracy", "start_density"]).groupby(["mask", "target_density"]).tail(1)
    chosen = set(zip(best["mask"], best["target_density"], best["start_density"], strict=True))
    selected = [
        method != "sculpt" or (mask, target, start) in chosen
        for method, mask, target, start in zip(
            summary["method"], summary["mask"], summary["target_density"], summary["start_density"], strict=True
        )
    ]
    return summary.assign(selected=selected)


def headline(summary: pd.DataFrame) -> dict[str, Any]:
    """Mean test accuracy of each method's end results, by method (and mask) and density, for `dvc metrics show`."""
    results = ends(summary)
    runs = results[results["selected"]].groupby(["method", "mask", "target_density"], dropna=False)
    found: dict[str, Any] = {}
    for (method, mask, target), rows in runs:
        name = f"{method}_{mask}" if isinstance(mask, str) else method
        found.setdefault(name, {})[str(target)] = round(float(rows["test_accuracy"].mean()), 3)
    return found


def scores_of_nodes(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Accuracy and loss of each node and seed over all classes, from evaluation tables whose nodes are keys."""
    whole = pd.concat(tables)
    for column in ("accuracy", "loss"):
        whole[column] *= whole["images"]
    sums = whole.groupby(["node", "seed"], as_index=False)[["images", "accuracy", "loss"]].sum()
    return sums.assign(accuracy=sums["accuracy"] / sums["images"], loss=sums["loss"] / sums["images"])


def layer_table(recipe: Recipe, kept: dict[str, list[dict[str, tuple[int, list[int]]]]]) -> pd.DataFrame:
    """Size and kept weights of every layer of every mask drawn at initialisation, a row a seed."""
    rows = [
        (mask.method, mask.density, seed, layer, size, count)
        for mask in recipe.masks.values()
        for block, layers in zip(recipe.blocks, kept[mask.key], strict=True)
        for layer, (size, counts) in layers.items()
        for seed, count in zip(block.seeds, counts, strict=True)
    ]
    return pd.DataFrame(rows, columns=["mask", "target_density", "seed", "layer", "weights", "kept"])
