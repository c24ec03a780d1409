"""The sides that a claim compares: end results by mask and density, those that both sides have for every seed."""

from functools import reduce

import pandas as pd

from sculpt.statistics.judgement import paper
from sculpt.statistics.pooling import one_row_each
from sculpt.statistics.results import ends, plain

CELL = ["mask", "target_density"]


def judged_rows(summary: pd.DataFrame) -> pd.DataFrame:
    """The plain rows whose (run, cycle) has a result for every seed of `summary`."""
    rows = summary.dropna(subset=["val_accuracy", "test_accuracy"])
    found = rows.groupby(["run", "cycle"])["seed"].transform("nunique")
    return plain(rows[found == summary["seed"].nunique()])


def sides(summary: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The end results that are compared, one row per (mask, density, seed).

    chosen: SCULPT from the start that validation chose. published: SCULPT from the paper's start. lrr_equal: LRR of as
    many epochs as cyclic training. LRR has no mask: its rows are there once for each.
    """
    results = ends(judged_rows(summary))
    method, masks = results["method"], results[["mask"]].dropna().drop_duplicates()
    return {
        **{name: results[method == name] for name in ("single", "cyclic", "long")},
        "chosen": results[(method == "sculpt") & results["selected"].astype(bool)],
        "published": results[(method == "sculpt") & (results["start_density"] == paper.START)],
        "lrr": longest_ladder(results).drop(columns="mask").merge(masks, how="cross"),
        "lrr_equal": results[method == "lrr_equal"].drop(columns="mask").merge(masks, how="cross"),
    }


def longest_ladder(rows: pd.DataFrame) -> pd.DataFrame:
    """LRR's rows; where ladders of several lengths reach one density, those of the longest.

    Two ladders of one length both stay, for the reader to refuse.
    """
    lrr = rows[rows["method"] == "lrr"]
    longest = lrr.groupby("target_density")["cycle"].transform("max")
    return lrr[lrr["cycle"] == longest].sort_values("cycle", kind="stable")


def shared(found: dict[str, pd.DataFrame], names: list[str], densest: float, reader: str) -> list[pd.DataFrame]:
    """The rows of each named side in the cells that all of them have, by cell, up to the density `densest`.

    Raises PoolingError where a side has two rows of one cell and seed.
    """
    tables = [found[name].sort_values(CELL, kind="stable") for name in names]
    for table in tables:
        one_row_each(table, [*CELL, "seed"], reader)
    keys = [pd.MultiIndex.from_frame(table[CELL]) for table in tables]
    cells = reduce(pd.Index.intersection, (key.unique() for key in keys))
    cells = cells[cells.get_level_values("target_density").to_numpy().round(2) <= densest]
    return [table[key.isin(cells)] for table, key in zip(tables, keys, strict=True)]
