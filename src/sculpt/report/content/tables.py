"""The tables of the report as text, which pages and files show in their own ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from sculpt.plotting.looks import look_of, mask_look
from sculpt.recipe.node import number
from sculpt.recipe.run import LABELS
from sculpt.statistics.results import DEFAULT_CRITERION

if TYPE_CHECKING:
    from pandas import DataFrame

    from sculpt.report.content.cost import Cost


class Cell(NamedTuple):
    """text: what is shown. value: what a number is sorted by, None for words."""

    text: str
    value: float | None = None


@dataclass(frozen=True)
class Table:
    """name: what it is, in a few words. note: how to read it. numeric: which columns hold numbers."""

    name: str
    columns: list[str]
    rows: list[list[Cell]]
    note: str = ""

    @property
    def numeric(self) -> list[bool]:
        return [any(row[i].value is not None for row in self.rows) for i in range(len(self.columns))]


def results_table(results: DataFrame) -> Table:
    """One row per method and what tells its runs apart, one column per density: mean ± standard deviation, percent."""
    if results.empty:
        return Table("test accuracy", ["method"], [])
    # Of SCULPT's starts one is chosen; runs of any other method stand apart by their start.
    results = results.assign(start=results["start_density"].where(results["method"] != "sculpt"))
    names = ["start", *(label for label in LABELS if label not in ("start_density", "target_density"))]
    densities = sorted(results["target_density"].unique(), reverse=True)
    rows = []
    for _, of_method in results.groupby(names, dropna=False, sort=False):
        by_density = {row["target_density"]: row for row in of_method.to_dict("records")}
        cells = [accuracy(by_density.get(density), "test") for density in densities]
        start = of_method["start"].iloc[0]
        rows.append([Cell(series(of_method.iloc[0]) + ("" if pd.isna(start) else f", from {number(start)}")), *cells])
    seeds = results["n_seeds"]
    over = number(seeds.min()) if seeds.min() == seeds.max() else f"{number(seeds.min())} to {number(seeds.max())}"
    note = (
        f"Test accuracy in percent at the end of each run, mean ± sample standard deviation over {over} seeds, by the "
        "density of the trained network. SCULPT is from the start density that validation chose. Methods do not train "
        "for equally long: see the table of runs."
    )
    return Table("test accuracy", ["method", *map(number, densities)], rows, note)


def series(row: Any) -> str:
    """`SCULPT, ERK, noisy`: a method, its mask, and what else sets its runs apart."""
    parts = [look_of(row["method"]).label]
    parts += [mask_look(row["mask"]).label] if isinstance(row["mask"], str) else []
    for label in ("criterion", "transform", "weights", "variant"):
        if isinstance(row[label], str) and (label, row[label]) != ("criterion", DEFAULT_CRITERION):
            parts.append(f"{label} {row[label]}")
    return ", ".join(parts) + (f", {number(row['length'])} cycles" if pd.notna(row["length"]) else "")


def accuracy(row: dict[str, Any] | None, split: str) -> Cell:
    """`94.3 ± 0.8`, without the deviation for one seed; empty where there is no run."""
    if row is None:
        return Cell("")
    mean, deviation = row[f"{split}_accuracy_mean"], row[f"{split}_accuracy_sd"]
    return Cell(f"{mean:.1f}" if pd.isna(deviation) else f"{mean:.1f} ± {deviation:.1f}", mean)


def runs_table(runs: DataFrame) -> Table:
    """Every run that was asked for; a column of starts where a run has one."""
    started = bool(runs["start_density"].notna().any())
    columns = ["method", *(["start"] if started else []), "density", "cycles", "epochs", "FLOPs", "seeds"]
    columns += ["validation", "test", "run"]
    rows = [
        [
            Cell(series(row)),
            *([_start(row)] if started else []),
            Cell(number(row["target_density"]), row["target_density"]),
            _count(row["cycles"]),
            _count(row["epochs"]),
            Cell(f"{row['train_flops']:.3g}", row["train_flops"]),
            _count(row["n_seeds"]),
            accuracy(row, "val"),
            accuracy(row, "test"),
            Cell(row["run"]),
        ]
        for row in runs.to_dict("records")
    ]
    note = (
        "Accuracies in percent, mean ± sample standard deviation over the seeds. Epochs and FLOPs (of kept weights, "
        "per seed) count all that a run is made from. Of SCULPT's starts, validation chose one per target."
    )
    return Table("runs", columns, rows, note)


def _start(row: dict[str, Any]) -> Cell:
    """A start density, and whether it is the one that validation chose."""
    if pd.isna(row["start_density"]):
        return Cell("")
    chosen = " (chosen)" if row["method"] == "sculpt" and row["selected"] else ""
    return Cell(number(row["start_density"]) + chosen, row["start_density"])


def cost_table(cost: Cost) -> Table:
    """What each stage took, by the logs that are here."""
    rows = [
        [
            Cell(stage.stage),
            _count(stage.jobs),
            _count(stage.logged),
            Cell(f"{stage.cpu:,.0f}", stage.cpu),
            Cell(f"{stage.memory:,}", stage.memory) if stage.logged else Cell(""),
        ]
        for stage in cost.stages
    ]
    return Table("cost by stage", ["stage", "jobs", "with a log here", "CPU seconds", "peak memory, MiB"], rows)


def _count(value: float) -> Cell:
    return Cell(f"{value:g}", float(value))
