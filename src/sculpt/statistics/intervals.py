"""Means over seeds with their 95 % intervals, one row per group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # whoever only names the figures does without pandas
    from pandas import DataFrame

    from sculpt.statistics.two_way import Estimate


def intervals(rows: DataFrame, by: Sequence[str], value: str, reader: str) -> DataFrame:
    """Columns `by`, <value>_mean, <value>_low and _high (Student's t over seeds, empty for one seed), seeds.

    Raises PoolingError where a group has two rows of one seed.
    """
    import pandas as pd

    from sculpt.core.rounding import rounded
    from sculpt.statistics.pooling import one_row_each

    one_row_each(rows, [*by, "seed"], reader)
    found = []
    for labels, group in rows.groupby(list(by), sort=False, dropna=False):
        effect = _over_seeds(group, value)
        low, high = effect.interval() or (float("nan"), float("nan"))
        measured = {f"{value}_mean": effect.effect, f"{value}_low": low, f"{value}_high": high}
        found.append(
            {**dict(zip(by, labels, strict=True)), **{k: rounded(v) for k, v in measured.items()}}
            | {"seeds": effect.seeds}
        )
    return pd.DataFrame(found, columns=[*by, f"{value}_mean", f"{value}_low", f"{value}_high", "seeds"])


def _over_seeds(rows: DataFrame, value: str) -> Estimate:
    from sculpt.statistics.two_way import estimate

    return estimate(rows.sort_values("seed")[value].to_numpy())
