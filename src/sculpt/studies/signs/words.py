"""Differences in words, as the figures of the study tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import ndarray


def with_interval(differences: ndarray, unit: str = "points") -> str:
    """`-1.2 [-2.0, -0.4] points`: mean and 95 % interval over the seeds."""
    from sculpt.statistics.intervals import told
    from sculpt.statistics.two_way import estimate

    found = estimate(differences)
    return f"{told(found.effect, found.interval())} {unit}"
