"""The table of runs: one row per run, at its last cycle, over its seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sculpt.recipe.run import LABELS

if TYPE_CHECKING:
    from pandas import DataFrame

COLUMNS = (
    *("run", *LABELS, "result", "selected", "cycles", "node", "epochs", "train_flops", "train_flops_dense"),
    *("density", "n_seeds", "val_accuracy_mean", "val_accuracy_sd", "test_accuracy_mean", "test_accuracy_sd"),
)


def run_table(summary: DataFrame) -> DataFrame:
    """The columns of COLUMNS from a summary table, in the order of its runs.

    run: the id. The labels, `result`, `selected` and `cycles` are those of summary.csv. node: the key of the last one.
    epochs: of one seed. train_flops, train_flops_dense (of a dense network trained as long), density: means over the
    seeds. n_seeds: how many there are. Accuracies in percent: mean, and sample standard deviation (missing for one
    seed) over the seeds.
    """
    last = summary[summary["cycle"] == summary.groupby("run")["cycle"].transform("max")]
    by_run = last.groupby("run", sort=False)
    fixed = ["run", *LABELS, "result", "selected", "cycles", "node", "epochs"]
    table = last.drop_duplicates("run")[fixed].set_index("run")
    for column in ("train_flops", "train_flops_dense", "density"):
        table[column] = by_run[column].mean()
    table["n_seeds"] = by_run["seed"].nunique()
    for column in ("val_accuracy", "test_accuracy"):
        table[f"{column}_mean"] = by_run[column].mean()
        table[f"{column}_sd"] = by_run[column].std()
    return table.reset_index()[[*COLUMNS]]
