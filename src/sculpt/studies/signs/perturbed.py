"""Ladders whose signs were flipped at random through training, beside those that were left alone."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from sculpt.statistics.judgement.sides import judged_rows
from sculpt.statistics.results import ends

if TYPE_CHECKING:
    from pandas import DataFrame

VARIANT = "signs-flipped"
"""The variant under which params.yaml has them, with `between: {name: flip_signs, ...}`."""
METHODS = ("lrr", "imp")


def ladder(summary: DataFrame, method: str, perturbed: bool) -> DataFrame:
    """The ends of a method's rungs, one row per (density, seed); of several ladders, those of the longest.

    The column `mask` names the method, so that claims tell their cells apart.
    """
    variant = VARIANT if perturbed else None
    rows = summary[summary["method"] == method]
    if perturbed:
        rows = rows[rows["variant"] == VARIANT].assign(variant=None)
    if rows["seed"].nunique() < summary["seed"].nunique():
        return rows.iloc[:0].assign(mask=method)
    rows = ends(judged_rows(rows))
    longest = rows.groupby("target_density")["cycle"].transform("max")
    return rows[rows["cycle"] == longest].assign(mask=method, variant=variant)


def at_shared_densities(sides: list[DataFrame]) -> list[DataFrame]:
    """The sides at the densities that all have, by rising density and seed."""
    shared = reduce(set.intersection, (set(side["target_density"]) for side in sides))
    found = [side[side["target_density"].isin(shared)] for side in sides]
    return [side.sort_values(["target_density", "seed"], kind="stable") for side in found]
