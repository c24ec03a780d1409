"""What an experiment has, as its tables tell: what an entry that adds runs to it has to fit.

Only plain runs that were asked for are told, of the base variant; where there is none, what digits has stands in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sculpt.statistics.results import compared, ordinary, plain

if TYPE_CHECKING:
    from pandas import DataFrame

LADDER = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
LOW = (0.02, 0.01)
"""Densities of high sparsity, where an experiment has none."""
_LABELS = {
    "mask": "mask",
    "start": "start_density",
    "variant": "variant",
    "weights": "weights",
    "transform": "transform",
    "criterion": "criterion",
}
"""Key of an entry -> column of the summary."""


def cycles(summary: DataFrame) -> int:
    """C."""
    rows = ordinary(compared(summary))
    found = rows.loc[rows["method"].isin(["cyclic", "sculpt", "long"]), "cycles"]
    return 4 if found.empty else int(found.mode().iloc[0])


def epochs(summary: DataFrame) -> float:
    """Of one cycle."""
    rows = compared(summary)
    rows = rows[(rows["cycle"] == 1) & rows["method"].isin(["single", "cyclic", "dense"])]
    return 5 if rows.empty else float(rows["epochs"].min())


def mask(summary: DataFrame) -> str:
    """The mask method of the experiment's cyclic runs: ERK where it is one of them, else the first."""
    rows = plain(compared(summary))
    found = sorted(rows.loc[rows["method"].isin(["cyclic", "sculpt", "long"]), "mask"].dropna().unique())
    return "erk" if "erk" in found or not found else found[0]


def ladder(summary: DataFrame, method: str = "lrr", to: Sequence[float] = ()) -> list[float]:
    """The rungs of a method's runs, else of any ladder's; `to`: densities that are rungs as well."""
    rows = plain(compared(summary))
    rows = rows[rows["method"].isin([method] if (rows["method"] == method).any() else ["lrr", "imp", "wr"])]
    rungs = rows["target_density"].dropna().unique().tolist() or LADDER
    return sorted({*rungs, *to}, reverse=True)


def densities(summary: DataFrame, densest: float = 1.0, sparsest: float = 0.0, methods: Sequence[str] = ()) -> list:
    """The densities of plain runs of `methods`, the densest first, from `densest` down to above `sparsest`.

    methods: absent: all that have a mask. Where no run has one, two that digits has.
    """
    rows = plain(compared(summary))
    rows = rows[rows["method"].isin(methods)] if methods else rows[rows["mask"].notna()]
    wanted = [d for d in rows["target_density"].dropna().unique() if sparsest < round(d, 2) <= densest]
    usual = [d for d in (0.2, 0.1, 0.05, *LOW) if sparsest < d <= densest][-2:]
    return sorted(wanted, reverse=True) or usual


def labels(summary: DataFrame) -> set[str]:
    """The masks, criteria, variants and transforms that the experiment's runs name, so that it has entries of them."""
    columns = ["mask", "criterion", "variant", "transform"]
    return {value for column in columns for value in summary[column].unique() if isinstance(value, str)}


def dense_cycles(summary: DataFrame, variant: str | None = None) -> int:
    """Of the dense network; 0 where there is none."""
    rows = compared(summary)
    rows = rows[
        (rows["method"] == "dense") & (rows["variant"].isna() if variant is None else rows["variant"] == variant)
    ]
    return 0 if rows.empty else int(rows["cycles"].max())


def asked(summary: DataFrame, entry: dict[str, Any]) -> set[float]:
    """The target densities at which the experiment has a run of an entry's method and labels already."""
    rows = compared(summary)
    rows = rows[rows["method"] == (entry["variant"] if entry["method"] == "dynamic" else entry["method"])]
    for key, column in _LABELS.items():
        value = f"{entry['mask_of']}{_changed(entry)}" if key == "mask" and "mask_of" in entry else entry.get(key)
        if key == "criterion" and value is None:
            same = rows[column].isna() | (rows[column] == "magnitude")
        else:
            same = rows[column].isna() if value is None else rows[column] == value
        rows = rows[same]
    length = entry.get("cycles")
    if entry["method"] != "dense":
        usual = length is None or length == cycles(summary)
        rows = rows[rows["length"].isna() if usual else rows["length"] == length]
    return set(rows["target_density"].dropna().tolist())


def _changed(entry: dict[str, Any]) -> str:
    return f"+{entry['change']}" if "change" in entry else ""
