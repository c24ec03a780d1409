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
    from pandas import DataFrame, Series

EXPLAINING = {"gradient_norm": 1, "eigenvalue": 1, "boundary_distance": -1}
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

    rows: with changes, at the ends of runs (`effects`), of the test or the validation split. The table `mechanism`
    numbers the groups: classes, or in the order in which hardware.csv lists them.
    """
    plain = tables.results[tables.results["variant"].isna()]
    plain = plain.assign(network=networks(plain)).astype({"network": object})
    plain = plain[["run", "cycle", "network"]].drop_duplicates()
    names = _names(of_groups(tables.hardware)["group"])
    measured = tables.mechanism.assign(group=tables.mechanism["group"].map(names).astype(object))
    measured = measured.merge(plain, on=["run", "cycle"])
    by = ["network", "seed", "group"]
    return of_groups(rows).merge(measured[[*by, *EXPLAINING]], on=by)


def correlations(rows: DataFrame, column: str) -> DataFrame:
    """The rank correlation of `column` with the absolute change of the error, over groups.

    rows: as `explained` returns them. One row per profile, network and seed: name, network, NETWORK, seed, groups,
    correlation (empty where no group's error changes, or with fewer than three groups).
    """
    import pandas as pd

    by = ["name", "network", *NETWORK, "seed"]
    found = [
        (*key, len(of), spearman(of[column], of["error_change"].abs()) if len(of) >= LEAST_GROUPS else math.nan)
        for key, of in rows.dropna(subset=[column]).groupby(by, dropna=False, sort=False)
    ]
    return pd.DataFrame(found, columns=[*by, "groups", "correlation"])


def _names(groups: Series) -> dict[int, str]:
    """The name of each group by its number."""
    found = list(dict.fromkeys(groups))
    return {int(name): name for name in found} if all(map(str.isdecimal, found)) else dict(enumerate(found))


def _ranks(values: list[float]) -> list[float]:
    """From 1; equal values share the mean of their ranks."""
    order = sorted(values)
    first = {value: place for place, value in reversed(list(enumerate(order)))}
    last = {value: place for place, value in enumerate(order)}
    return [(first[value] + last[value]) / 2 + 1 for value in values]
