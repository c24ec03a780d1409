"""What of a group goes with the change of its accuracy: rank correlations over the groups of one network.

The correlation is Spearman's, of one seed's network, over its groups: so neither the density nor the seed can be what
correlates. The change is the absolute change of the error under another training. Definitions of this project; that
gradient norm, eigenvalue and distance to the boundary are the mechanism is what the abstract of arXiv 2312.03886 says.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sculpt.core.rounding import rounded
from sculpt.studies.hardware.effects import NETWORK, networks
from sculpt.studies.hardware.measures import of_groups

if TYPE_CHECKING:
    from pandas import DataFrame

EXPLAINING = {"gradient_norm": 1, "eigenvalue": 1, "boundary_distance": -1, "closeness": 1, "margin": -1}
"""Columns of the table `mechanism`, and the sign of the correlation that is expected."""
LEAST_GROUPS = 3
"""Two groups have no correlation but 1 and -1."""


def spearman(x: Sequence[float], y: Sequence[float]) -> float:
    """The correlation of the ranks, ties at their mean rank (Spearman 1904); not a number where a side is constant."""
    ranks = [_ranks(list(values)) for values in (x, y)]
    middle = (len(ranks[0]) + 1) / 2
    first, second = ([rank - middle for rank in of] for of in ranks)
    squares = [math.fsum(value * value for value in side) for side in (first, second)]
    if not all(squares):
        return math.nan
    return rounded(math.fsum(a * b for a, b in zip(first, second, strict=True)) / math.sqrt(squares[0] * squares[1]))


def explained(rows: DataFrame, tables: Any) -> DataFrame:
    """The rows of groups with the columns EXPLAINING of the plain network of the same labels and seed, at its end.

    rows: with changes, at the ends of runs (`effects`), of the test or the validation split. An empty distance of a
    group that has images is infinite: no small step changes a decision there, so no group is farther.
    """
    plain = tables.results[tables.results["variant"].isna()]
    plain = plain.assign(network=networks(plain)).astype({"network": object})
    plain = plain[["run", "cycle", "network"]].drop_duplicates()
    measured = tables.mechanism.rename(columns={"group": "number"}).merge(plain, on=["run", "cycle"])
    distance = measured["boundary_distance"].astype(float)
    measured["boundary_distance"] = distance.where(distance.notna() | (measured["images"] == 0), math.inf)
    by = ["network", "seed", "number"]
    rows = of_groups(rows).astype({"number": int})
    return rows.merge(measured.astype({"number": int})[[*by, *EXPLAINING]], on=by)


def correlations(rows: DataFrame, column: str) -> DataFrame:
    """The rank correlation of `column` with the absolute change of the error, over groups.

    rows: as `explained` returns them. One row per profile, network and seed: name, network, NETWORK, seed, groups,
    correlation (empty where no group's error changes, or with fewer than three groups).
    """
    import pandas as pd

    by = ["name", "network", *NETWORK, "seed"]
    found = [
        (*key, len(of), spearman(of[column], of["error_change"].abs()) if len(of) >= LEAST_GROUPS else math.nan)
        for key, of in rows.dropna(subset=[column, "error_change"]).groupby(by, dropna=False, sort=False)
    ]
    return pd.DataFrame(found, columns=[*by, "groups", "correlation"])


def _ranks(values: list[float]) -> list[float]:
    """From 1; equal values share the mean of their ranks."""
    order = sorted(values)
    first = {value: place for place, value in reversed(list(enumerate(order)))}
    last = {value: place for place, value in enumerate(order)}
    return [(first[value] + last[value]) / 2 + 1 for value in values]
