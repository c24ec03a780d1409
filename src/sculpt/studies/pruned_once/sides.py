"""The runs that the study compares: SCULPT of every start, length and criterion, and the methods beside it.

All of them are of the base variant, without a transform, from weights of their own, with a result for every seed.
SCULPT of another length than C is here as well, and a claim says which lengths it takes.
"""

import pandas as pd

from sculpt.statistics.judgement.sides import longest_ladder
from sculpt.statistics.results import DEFAULT_CRITERION, compared


def finished(summary: pd.DataFrame) -> pd.DataFrame:
    """The rows at any reported cycle of such runs that params.yaml asks for."""
    rows = compared(summary).dropna(subset=["val_accuracy", "test_accuracy"])
    rows = rows[rows[["variant", "transform", "weights"]].isna().all(axis=1)]
    found = rows.groupby(["run", "cycle"])["seed"].transform("nunique")
    return rows[found == summary["seed"].nunique()]


def ended(summary: pd.DataFrame, method: str) -> pd.DataFrame:
    """The last rows of a method's runs, of every length and criterion."""
    rows = finished(summary)
    return rows[(rows["method"] == method) & (rows["cycle"] == rows["cycles"])]


def by_magnitude(rows: pd.DataFrame) -> pd.DataFrame:
    """Those that prune by magnitude, or not at all."""
    return rows[rows["criterion"].isna() | (rows["criterion"] == DEFAULT_CRITERION)]


def sculpt(summary: pd.DataFrame) -> pd.DataFrame:
    """SCULPT by magnitude from every start, of every length."""
    return by_magnitude(ended(summary, "sculpt"))


def usual(rows: pd.DataFrame) -> pd.DataFrame:
    """Those of C cycles."""
    return rows[rows["length"].isna()]


def chosen(rows: pd.DataFrame) -> pd.DataFrame:
    """SCULPT from the start that validation chose for a mask, target, length and criterion."""
    return rows[rows["selected"].astype(bool)]


def cyclic(summary: pd.DataFrame) -> pd.DataFrame:
    """Cyclic training after each of its cycles, each once: that of the run of C cycles, else of the shortest."""
    rows = finished(summary)
    rows = rows[rows["method"] == "cyclic"].sort_values("length", na_position="first", kind="stable")
    return rows.drop_duplicates(["mask", "target_density", "cycle", "seed"])


def lrr(summary: pd.DataFrame) -> pd.DataFrame:
    """LRR by magnitude, down its longest ladder."""
    return longest_ladder(by_magnitude(ended(summary, "lrr")))


def cycles_of(summary: pd.DataFrame) -> int | None:
    """C, which is that of SCULPT's runs without a length of their own; None where there is none."""
    found = usual(ended(summary, "sculpt"))["cycles"].unique()
    return int(found[0]) if len(found) else None
