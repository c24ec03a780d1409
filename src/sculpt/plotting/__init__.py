"""The figures of an experiment: one module each, all from the same tables, saved with the numbers in them."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sculpt.plotting.names import NAMES as NAMES
from sculpt.statistics import results

if TYPE_CHECKING:  # the Snakefile reads NAMES, and would otherwise wait for pandas, torch and matplotlib
    from matplotlib.figure import Figure
    from pandas import DataFrame

PNG_DPI = 200
NO_METADATA = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}


@dataclass(frozen=True)
class Tables:
    """What figures are drawn from.

    summary: a row a (method, cycles, node, seed); accuracies in percent, epochs and FLOPs cumulative along
    the path. history: a row a (node, seed, epoch); epochs cumulative, from 1. layers: a row a (mask,
    target_density, seed, layer), with the layer's size `weights` and how many of them are `kept`.
    """

    summary: DataFrame
    history: DataFrame
    layers: DataFrame

    @property
    def compared(self) -> DataFrame:
        return results.compared(self.summary)

    @property
    def ends(self) -> DataFrame:
        return results.ends(self.summary)

    @property
    def results(self) -> DataFrame:
        """The ends of all runs, SCULPT only from the start that the validation split chose."""
        return self.ends[self.ends["selected"].astype(bool)]


@dataclass(frozen=True)
class Drawn:
    """A figure, and the numbers in it: one row a drawn point."""

    figure: Figure
    table: DataFrame


def draw(name: str, tables: Tables, settings: dict[str, Any]) -> Drawn:
    """The figure of the module `sculpt.figures.<name>`; settings is the `figures` section of params.yaml."""
    return importlib.import_module(f"sculpt.figures.{name}").draw(tables, settings)


def save(drawn: Drawn, stem: Path) -> None:
    """Write `stem`.svg, .png and .csv: the same bytes whenever and wherever the figure is drawn again."""
    from sculpt.core.files import replacing
    from sculpt.core.tables import write_table
    from sculpt.plotting import style

    with style.applied():
        for suffix, nothing in NO_METADATA.items():
            with replacing(stem.with_name(f"{stem.name}.{suffix}")) as temporary:
                drawn.figure.savefig(temporary, format=suffix, dpi=PNG_DPI, metadata=nothing)
    write_table(stem.with_name(f"{stem.name}.csv"), drawn.table)


def spread(rows: DataFrame, by: list[str], value: str) -> DataFrame:
    """Mean and sample standard deviation of `value` over the seeds.

    Columns: `by`, <value>_mean, <value>_sd (empty for one seed), seeds (their number).
    """
    groups = rows.sort_values("seed", kind="stable").groupby(by, sort=False, dropna=False)[value]
    names = {"mean": f"{value}_mean", "std": f"{value}_sd", "count": "seeds"}
    return groups.agg(list(names)).rename(columns=names).reset_index()
