"""What the study's claims share: signed sums of sides, over the networks that all sides have, as a claim.

The unit is the seed. A seed's value on a side is the mean over its pairs of cycle ends, masks and densities.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd

from sculpt.recipe.node import number
from sculpt.statistics.judgement.verdict import Claim, Sentence, bounds, rounded
from sculpt.statistics.pooling import pooled
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import Estimate, estimate

SPLITS = ("train", "validation")
MARGIN = 0.5
"""Points of error above the line that count as none: a definition of this project, with the claims that use it."""

Side = tuple[int, pd.DataFrame]
"""A sign, and rows with the columns of `rows.LABELS`, cycle, node, seed and the measured column."""
UNMASKED = ("dense", "lrr")
"""Methods whose runs have no mask method: beside those that have one, they stand for each."""
_CELL = ["mask", "start_density", "target_density"]


def claim(
    sentence: Sentence,
    tables: Tables,
    sides: Sequence[Side],
    column: str,
    scope: str,
    missing: str,
    threshold: float = 0.0,
    caveats: Sequence[str] = (),
    added: str = "",
) -> Claim | str:
    """The claim on the sum of the sides, each times its sign; untested where they share no network.

    missing, added: why it is then untested, and the entry that would test it.
    scope: begins the scope; the networks follow. Only networks count that have a value for every seed.
    """
    every = [(sign, _whole(rows, tables, column)) for sign, rows in sides]
    shared = reduce(lambda one, other: [cell for cell in one if cell in other], (_cells(rows) for _, rows in every))
    if not shared:
        return sentence.untested(missing, added)
    every = [(sign, rows[rows["cell"].isin(shared)]) for sign, rows in every]
    _refuse(every, column, sentence.id)
    found = [_entry(cell, [(sign, rows[rows["cell"] == cell]) for sign, rows in every], column) for cell in shared]
    over = "; ".join([scope, *(_in_words(rows) for _, rows in every)])
    return sentence.judged(over, _measured(every, column), threshold, cells=found, caveats=caveats)


def _whole(rows: pd.DataFrame, tables: Tables, column: str) -> pd.DataFrame:
    """The rows of those networks that have a value for every seed, with the column `cell`; the denser first."""
    rows = rows.dropna(subset=[column])
    seeds = rows.groupby(["run", "node"])["seed"].transform("nunique")
    rows = rows[seeds == tables.summary["seed"].nunique()].sort_values("target_density", ascending=False, kind="stable")
    return rows.assign(cell=pd.Series([_cell(row) for row in rows.to_dict("records")], rows.index, dtype=object))


def _cell(row: dict[Any, Any]) -> tuple[str, float | None, float]:
    """What tells a network from others of its method; one without a mask has the method's name."""
    mask = row["mask"] if isinstance(row["mask"], str) else row["method"]
    start = row["start_density"]
    return mask, None if start is None or np.isnan(start) else float(start), float(row["target_density"])


def _cells(rows: pd.DataFrame) -> list[tuple[str, float | None, float]]:
    return list(dict.fromkeys(rows["cell"]))


def _refuse(sides: Sequence[Side], column: str, reader: str) -> None:
    """Raises PoolingError where a seed has two rows of one network, or rows that differ in more than the networks."""
    for _, rows in sides:
        pooled(rows, ["seed"], column, reader, ("run", "cycle", "node", *_CELL))


def _measured(sides: Sequence[Side], column: str) -> Estimate:
    values = [sign * rows.groupby("seed")[column].mean().to_numpy() for sign, rows in sides]
    return estimate(np.sum(values, axis=0))


def _entry(cell: tuple[str, float | None, float], sides: Sequence[Side], column: str) -> dict[str, Any]:
    measured = _measured(sides, column)
    low, high = bounds(measured.interval())
    place = dict(zip(("mask", "start", "density"), cell, strict=True))
    return place | {"effect": rounded(measured.effect), "ci_low": low, "ci_high": high}


def _in_words(rows: pd.DataFrame) -> str:
    """`cyclic erk at 0.1, 0.05 (cycles 2, 3, 4)`; SCULPT with its start, LRR without the mask that it stands beside."""
    kinds: dict[str, list[str]] = {}
    for mask, start, density in _cells(rows):
        kinds.setdefault(mask if start is None else f"{mask} from {number(start)}", []).append(number(density))
    method = rows["method"].iloc[0]
    masks = ["" if kind == method or method in UNMASKED else f" {kind}" for kind in kinds]
    named = [f"{mask} at {', '.join(found)}" for mask, found in zip(masks, kinds.values(), strict=True)]
    cycles = sorted(rows["cycle"].unique())
    counted = f"cycle{'s' if len(cycles) > 1 else ''} {', '.join(map(str, cycles))}"
    return f"{method}{','.join(dict.fromkeys(named))} ({counted})"
