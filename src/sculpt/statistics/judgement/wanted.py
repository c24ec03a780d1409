"""The entries that add the sides which `differences` compares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.statistics.judgement import entries, paper, present

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandas import DataFrame


def of_sides(summary: DataFrame, names: Sequence[str], densest: float = 1.0) -> str:
    """What an experiment lacks of the sides (`sides`), at its densities of at most `densest`."""
    return entries.runs(summary, *(of_side(summary, name, densest) for name in names))


def of_side(summary: DataFrame, name: str, densest: float = 1.0) -> dict[str, Any]:
    mask, densities = present.mask(summary), present.densities(summary, densest)
    below = [density for density in densities if density < paper.START]
    started = {"method": "sculpt", "mask": mask, "start": paper.START, "targets": below or list(present.LOW)}
    return {
        "single": {"method": "cyclic", "mask": mask, "densities": densities},
        "cyclic": {"method": "cyclic", "mask": mask, "densities": densities},
        "long": {"method": "long", "mask": mask, "densities": densities},
        "chosen": started,
        "published": started,
        "lrr": {"method": "lrr", "ladder": present.ladder(summary, to=densities)},
        "lrr_equal": {"method": "lrr_equal", "targets": densities},
    }[name]
