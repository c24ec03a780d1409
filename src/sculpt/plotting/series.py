"""Series: the runs that are one line of a figure, named by their method and by what sets them apart.

The name of the plain runs of a method is the method: `cyclic`. Every other criterion, transform or variant is part of
the name: `cyclic, noisy`, `sculpt, snip`. So no two of them ever share a mean or a line.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sculpt.plotting.looks import METHODS
from sculpt.statistics.results import DEFAULT_CRITERION

if TYPE_CHECKING:
    from pandas import DataFrame

APART = ["criterion", "transform", "variant"]
"""The labels beside method, mask and densities; empty where a run has none."""
_PLAIN = ("criterion", DEFAULT_CRITERION)


def apart(rows: DataFrame) -> list[str]:
    """What sets each row's run apart from the plain ones of its method; empty for a plain run."""
    return [
        ", ".join(
            label for key, label in zip(APART, labels, strict=True) if isinstance(label, str) and (key, label) != _PLAIN
        )
        for labels in rows[APART].itertuples(index=False, name=None)
    ]


def series(rows: DataFrame) -> list[str]:
    """The series of each row."""
    return [", ".join(filter(None, parts)) for parts in zip(rows["method"], apart(rows), strict=True)]


def in_order(found: Iterable[str]) -> list[str]:
    """Each series once: plain methods that have a look of their own in its order, then the others as they come."""
    present = list(dict.fromkeys(found))
    listed = [method for method in METHODS if method in present]
    return listed + [name for name in present if name not in METHODS]


def places(found: Iterable[str]) -> dict[str, int]:
    """A number for each series; a listed method has its own whatever else is there."""
    others = [name for name in in_order(found) if name not in METHODS]
    return {name: place for place, name in enumerate([*METHODS, *others])}
