"""Which rows of the tables of connectivity and curvature are of consecutive cycles, and which of controls.

A node has a row in every run whose path it lies on. Here each pair of cycle ends counts once: in the run whose cycles
they are. A run that prunes between its cycles, as those of LRR and SCULPT do, counts with its last pair, since those
before it are of other runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.statistics.results import compared, plain

if TYPE_CHECKING:
    from pandas import DataFrame

REPEATED = ("dense", "cyclic", "long")
"""Methods whose runs have one mask: every pair of consecutive ends is their own."""
MIDDLE = 0.5
LABELS = ["run", "method", "mask", "start_density", "target_density"]


def consecutive(tables: Any) -> DataFrame:
    """Lines from a cycle's end to the next one's, of plain runs: connectivity's rows of the path `before`.

    Columns: LABELS, then those of the table.
    """
    rows = _labelled(tables, tables.connectivity)
    return rows[rows["path"] == "before"].drop(columns="end")


def controls(tables: Any, path: str) -> DataFrame:
    """Lines of one control, from first nodes of plain runs that have one mask; columns as above."""
    rows = _labelled(tables, tables.connectivity)
    return rows[(rows["path"] == path) & rows["method"].isin(REPEATED)].drop(columns="end")


def over_cycles(tables: Any) -> DataFrame:
    """Curvature's rows of plain dense and cyclic runs, one per (run, cycle, seed); columns LABELS, then its own."""
    rows = _labelled(tables, tables.curvature)
    return rows[rows["method"].isin(["dense", "cyclic"])].drop(columns="end")


def _labelled(tables: Any, table: DataFrame) -> DataFrame:
    """Rows of plain runs that were asked for, with labels: of the runs with one mask all, of the others their end's."""
    runs = plain(compared(tables.summary))
    ends = runs[runs["cycle"] == runs["cycles"]].drop_duplicates("run")[[*LABELS, "node"]]
    rows = ends.rename(columns={"node": "end"}).merge(table, on="run")
    return rows[rows["method"].isin(REPEATED) | (rows["node"] == rows["end"])]
