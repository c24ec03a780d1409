"""Claims on the height of the midpoint between two networks: one for each split."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from pandas import DataFrame

from sculpt.statistics.judgement import entries
from sculpt.statistics.judgement.verdict import Claim, Sentence
from sculpt.statistics.tables import Tables
from sculpt.studies.landscape.judging import SPLITS, Side, claim
from sculpt.studies.landscape.rows import MIDDLE

HIGHER = "points of error above the straight line"
NOT_HIGHER = "points of error below the straight line"
FORMULA = (
    "batch norm's statistics are estimated anew at every point, also at the ends; "
    "the ends' own statistics would make another line"
)


def of_splits(
    sentence: Sentence,
    tables: Tables,
    sides: Sequence[Side],
    missing: str,
    unit: str = HIGHER,
    threshold: float = 0.0,
    caveats: Sequence[str] = (),
    added: str = "",
) -> Iterator[Claim | str]:
    """sides: rows of the table connectivity, with labels (`rows`); missing: what there is none of, in words.

    added: the entry that adds it, absent: the analysis of every run.
    """
    said = partial(claim, column="height", threshold=threshold, caveats=[FORMULA, *caveats])
    for split in SPLITS:
        of_split = [(sign, _middle(rows, split)) for sign, rows in sides]
        one = replace(sentence, id=f"{sentence.id}_{split}", statement=f"{sentence.statement} ({split} images)")
        one = replace(one, part=f"{sentence.part}{split} images", unit=unit)
        yield said(
            one,
            tables,
            of_split,
            scope=f"at the midpoint, {split} images",
            missing=f"{missing} for every seed",
            added=added or entries.analyses("connectivity"),
        )


def _middle(rows: DataFrame, split: str) -> DataFrame:
    return rows[(rows["alpha"] == MIDDLE) & (rows["split"] == split)]
