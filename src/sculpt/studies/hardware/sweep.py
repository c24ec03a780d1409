"""The sweep of the aligned loss: accuracy and violation of each weight, and the weight that validation chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sculpt.studies.hardware.effects import NETWORK, at_ends, reference_of, trained
from sculpt.studies.hardware.measures import of_all, of_groups, ranges
from sculpt.studies.hardware.pairs import WEIGHT, ring, swept

if TYPE_CHECKING:
    from pandas import DataFrame

_BY = ["network", "split", WEIGHT]


class Chosen(NamedTuple):
    """weight: chosen. near: whether its accuracy is within the margin of the plain loss on validation."""

    weight: float
    near: bool


def sweep(tables: Any) -> DataFrame:
    """One row per network, split, weight and seed, in the order of weights.

    Columns: network, NETWORK, split, weight, seed, accuracy (percent; mean of the networks that are compared),
    violation (mean over profiles; points), violation_seed (of a change of seed alone, under the profile of the plain
    run), profiles (their names). Networks without weight 0 have no row.
    """
    ends, effect = at_ends(tables), trained(tables)
    rows = swept(ends, effect.rows, set(effect.floor["profile"]) or {reference_of(ends)})
    by = [*_BY, "seed"]
    accuracies = of_all(rows).assign(accuracy=(of_all(rows)["accuracy"] + of_all(rows)["accuracy_reference"]) / 2)
    accuracies = accuracies.groupby(by, dropna=False)["accuracy"].mean().reset_index()
    profiled = _violations(rows, [*by, "profile"]).groupby(by, dropna=False)
    violations = profiled.agg(violation=("range", "mean"), profiles=("profile", ", ".join)).reset_index()
    alone = _violations(ring(rows, _BY), by).rename(columns={"range": "violation_seed"})
    found = accuracies.merge(violations, on=by).merge(alone[[*by, "violation_seed"]], on=by)
    found = found[found["network"].isin(found.loc[found[WEIGHT] == 0, "network"])]
    found = found.merge(ends[["network", *NETWORK]].drop_duplicates("network"), on="network")
    return found.sort_values(by, kind="stable", ignore_index=True)


def chosen(rows: DataFrame, margin: float) -> Chosen:
    """The weight above 0 of the lowest violation on validation, of those at most `margin` below weight 0 there.

    Where none is, the one of the highest accuracy. Ties go to the smaller weight. rows: of `sweep`, over all seeds.
    """
    validation = rows[rows["split"] == "validation"]
    means = validation.groupby(WEIGHT)[["accuracy", "violation"]].mean().round(6)  # the last bit decides nothing
    above = means[means.index > 0]
    near = above[above["accuracy"] >= means.loc[0.0, "accuracy"] - margin]
    if near.empty:
        return Chosen(float(above["accuracy"].idxmax()), False)
    return Chosen(float(near["violation"].idxmin()), True)


def _violations(rows: DataFrame, by: list[str]) -> DataFrame:
    return ranges(of_groups(rows), by, "error_change")
