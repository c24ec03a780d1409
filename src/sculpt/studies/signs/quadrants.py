"""The draws of the one-neuron experiment, and whether each ends as the signs of its start say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pandas import DataFrame

NAMES = {"dense": "dense", "lrr": "LRR", "imp": "IMP"}
STARTS = ((1, 1), (-1, 1), (1, -1), (-1, -1))
"""Signs of w_1 and a at the start."""
EXPECTED = {
    "dense": {(1, 1): True, (-1, 1): True, (1, -1): False, (-1, -1): False},
    "lrr": {(1, 1): True, (-1, 1): True, (1, -1): False, (-1, -1): False},
    "imp": {(1, 1): True, (-1, 1): False, (1, -1): False, (-1, -1): False},
}
"""Who learns, by the signs at the start: a student dense, and pruned to one weight by LRR and by IMP."""


def draws(tables: Any) -> DataFrame:
    """One row per seed and draw; the table has each for every run through the node that it was made at."""
    found = tables.one_neuron.drop_duplicates(["seed", "draw"])
    return found.drop(columns=["run", "cycle"]).sort_values(["seed", "draw"], kind="stable")


def unexpected(rows: DataFrame) -> int:
    """How many draws end otherwise than the signs at the start say, for any method."""
    signs = list(zip((rows["w1"] > 0) * 2 - 1, (rows["a"] > 0) * 2 - 1, strict=True))
    return sum(
        any(bool(row[method]) != EXPECTED[method][pair] for method in NAMES)
        for pair, row in zip(signs, rows.to_dict("records"), strict=True)
    )


def by_quadrant(rows: DataFrame) -> str:
    """How many learn: `w1 > 0, a > 0: dense 30, LRR 30, IMP 30 of 30; ...`."""
    found = []
    for a in (True, False):
        for w in (True, False):
            part = rows[((rows["w1"] > 0) == w) & ((rows["a"] > 0) == a)]
            counts = ", ".join(f"{name} {int(part[method].sum())}" for method, name in NAMES.items())
            found.append(f"w1 {'>' if w else '<'} 0, a {'>' if a else '<'} 0: {counts} of {len(part)}")
    return "; ".join(found)
