"""The entries that add runs of the study, on the mask, starts and targets that an experiment has already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.statistics.judgement import paper, present

if TYPE_CHECKING:
    from pandas import DataFrame


def sculpt(summary: DataFrame, densest: float = 1.0, **more: Any) -> dict[str, Any]:
    """An entry of SCULPT from the start that has most targets, at the experiment's targets of at most `densest`."""
    began = more.get("start", start(summary))
    there = present.densities(summary, densest, methods=["sculpt"])
    targets = [target for target in there if target < began] or [target for target in present.LOW if target < began]
    return {"method": "sculpt", "mask": present.mask(summary), "start": began, "targets": targets, **more}


def cyclic(summary: DataFrame, densest: float = 1.0, **more: Any) -> dict[str, Any]:
    """An entry of cyclic runs at the targets of `sculpt`."""
    of = sculpt(summary, densest)
    return {"method": "cyclic", "mask": of["mask"], "densities": of["targets"], **more}


def lrr(summary: DataFrame, densest: float = 1.0) -> dict[str, Any]:
    """An entry of LRR down a ladder through the targets of `sculpt`."""
    return {"method": "lrr", "ladder": present.ladder(summary, to=sculpt(summary, densest)["targets"])}


def start(summary: DataFrame) -> float:
    """The start from which SCULPT has the most targets; of equal ones the highest; the paper's 0.5 without any."""
    rows = summary[(summary["method"] == "sculpt") & (summary["mask"] == present.mask(summary))]
    rows = rows[rows["variant"].isna() & rows["length"].isna()]
    counts = rows.groupby("start_density")["target_density"].nunique()
    return paper.START if counts.empty else float(max(counts.index, key=lambda value: (counts[value], value)))
