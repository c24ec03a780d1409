"""What a run took, in seconds of the steps of its whole path: a definition of this project."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame

PAID = ("cpu_s", "dense_cpu_s", "device_s", "memory_mib")


def paid(rows: DataFrame, history: DataFrame, measured: DataFrame) -> DataFrame:
    """`rows` of the summary with columns more, the same for every seed of a run.

    cpu_s: CPU seconds of training one seed. For each node of the run's path, trunks and dense phases included, the
    epochs that it trained times the steps of an epoch times the milliseconds of a step at its mask. dense_cpu_s: the
    same with the steps of the kernels where all weights are kept. device_s: on a device. memory_mib: the largest of its
    nodes. All are empty where a node of the path is not in `measured`. The prunes, the drawing of masks, evaluations
    and the start of processes are in none of them.
    """
    of_nodes = measured.groupby("node")[["steps", "step_ms", "dense_ms", "device_ms", "peak_memory_mib"]].mean()
    path = history[history["seed"] == history["seed"].min()].drop_duplicates(["run", "epoch"])
    steps = path[["run", "epoch", "node"]].merge(of_nodes, left_on="node", right_index=True, how="left")
    names = ("step_ms", "dense_ms", "device_ms")
    taken = steps.assign(**{name: steps[name] * steps["steps"] / 1e3 for name in names})
    keys = rows[["run", "cycle", "epochs"]].drop_duplicates()
    found = [(run, cycle, *_of_run(taken, run, epochs, names)) for run, cycle, epochs in keys.itertuples(index=False)]
    import pandas as pd

    return rows.merge(pd.DataFrame(found, columns=["run", "cycle", *PAID]), on=["run", "cycle"], how="left")


def _of_run(taken: DataFrame, run: str, epochs: int, names: tuple[str, ...]) -> tuple[float, ...]:
    """Of the first so many epochs of a run; nan where one of them is not there or was not measured."""
    own = taken[(taken["run"] == run) & (taken["epoch"] <= epochs)]
    if len(own) != epochs:
        return (float("nan"),) * len(PAID)
    sums = (own[name].sum(skipna=False) for name in names)
    return *sums, own["peak_memory_mib"].max(skipna=False)
