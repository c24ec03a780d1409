"""Runs that go on from one another, as the levels of an iterative method do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame


def ladders(runs: Sequence[str], history: DataFrame) -> dict[str, list[str]]:
    """The runs that lie on the path of each run that no other one goes on from, that one included; by its id.

    A run goes on from another where its path of nodes (`history`, whose rows are in the order of epochs) begins with
    the other's path. Two ladders can share runs.
    """
    nodes = history[history["run"].isin(runs)].sort_values("epoch", kind="stable")
    paths = {run: list(dict.fromkeys(rows["node"])) for run, rows in nodes.groupby("run")}

    def on_the_path(run: str, end: str) -> bool:
        mine, its = paths.get(run, [run]), paths.get(end, [end])
        return its[: len(mine)] == mine

    ends = [run for run in runs if not any(other != run and on_the_path(run, other) for other in runs)]
    return {end: [run for run in runs if on_the_path(run, end)] for end in ends}
