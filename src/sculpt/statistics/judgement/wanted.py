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
    """The entry of one side; of SCULPT the paper's start."""
    densities = present.densities(summary, densest)
    if name == "lrr":
        return {"method": "lrr", "ladder": present.ladder(summary, to=densities)}
    if name == "lrr_equal":
        return {"method": "lrr_equal", "targets": densities}
    mask = present.mask(summary)
    if name in ("chosen", "published"):
        below = [density for density in densities if density < paper.START]
        return {"method": "sculpt", "mask": mask, "start": paper.START, "targets": below or list(present.LOW)}
    return {"method": {"single": "cyclic"}.get(name, name), "mask": mask, "densities": densities}
