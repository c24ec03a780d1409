"""Differences in words, as the figures of the study tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import ndarray


def with_interval(differences: ndarray, unit: str = "points") -> str:
    """`-1.2 [-2.0, -0.4] points`: mean and 95 % interval over the seeds; one seed has no interval."""
    from sculpt.statistics.two_way import estimate

    found = estimate(differences)
    if (interval := found.interval()) is None:
        return f"{found.effect:.1f} {unit} (one seed, no interval)"
    return f"{found.effect:.1f} [{interval[0]:.1f}, {interval[1]:.1f}] {unit}"
