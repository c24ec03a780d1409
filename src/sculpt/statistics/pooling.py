"""The one way to average rows of a table: the reader says over what, and nothing else may vary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sculpt.core.errors import SculptError
from sculpt.recipe.run import LABELS as LABELS

if TYPE_CHECKING:
    from pandas import DataFrame, Series

_IDENTITY = ("run", "cycle", "seed")


class PoolingError(SculptError):
    """Rows cannot be averaged; the message names the reader, the column and its values."""


def pooled(rows: DataFrame, by: Sequence[str], value: str, reader: str, over: Sequence[str] = ("seed",)) -> DataFrame:
    """Mean and sample standard deviation of `value` over the seeds, for each combination of the columns `by`.

    over: the columns that the reader means to average over. Those beside the seed are averaged within each seed first:
    the unit is the seed. Columns: `by`, <value>_mean, <value>_sd (empty for one seed), seeds (how many have a value).
    Raises PoolingError, with the name of the `reader`, where a group has two values of any other label (empty is one),
    or two rows that `by` and `over` do not tell apart.
    """
    _refuse_labels(rows, by, reader, over)
    one_row_each(rows, [*by, *over], reader)
    rows = rows.sort_values("seed", kind="stable")
    by_seed = list(dict.fromkeys([*by, "seed"]))
    of_seeds = rows.groupby(by_seed, sort=False, dropna=False)[value].mean().reset_index()
    groups = of_seeds.groupby(list(by), sort=False, dropna=False)[value]
    names = {"mean": f"{value}_mean", "std": f"{value}_sd", "count": "seeds"}
    return groups.agg(list(names)).rename(columns=names).reset_index()


def one_row_each(rows: DataFrame, columns: Sequence[str], reader: str) -> None:
    """Raises PoolingError where two rows have the same values in all of `columns`; it names what else varies."""
    group = _groups(rows, columns)
    twice = group.duplicated(keep=False)
    if not twice.any():
        return
    same = rows[group == group[twice].iloc[0]]
    known = [column for column in _IDENTITY if column in rows]
    for column in known:
        if column not in columns and len(found := _values(same[column])) > 1:
            raise _would_average(reader, column, found)
    what = ", ".join(f"{column} {_values(same[column])[0]}" for column in known)
    raise PoolingError(f"{reader}: {len(same)} rows for {what}")


def _refuse_labels(rows: DataFrame, by: Sequence[str], reader: str, over: Sequence[str]) -> None:
    group = _groups(rows, by)
    for label in LABELS:
        if label not in rows or label in (*by, *over):
            continue
        codes = rows[label].astype("category").cat.codes  # an empty label is -1
        varies = codes.groupby(group).transform("nunique") > 1
        if varies.any():
            mixed = rows[group == group[varies].iloc[0]]
            raise _would_average(reader, label, _values(mixed[label]))


def _groups(rows: DataFrame, columns: Sequence[str]) -> Series:
    """A number for each row, the same for rows that have the same values in `columns`."""
    return rows.groupby(list(dict.fromkeys(columns)), sort=False, dropna=False).ngroup()


def _values(column: Series) -> list[str]:
    return ["none"] * bool(column.isna().any()) + sorted({str(value) for value in column.dropna()})


def _would_average(reader: str, column: str, found: list[str]) -> PoolingError:
    return PoolingError(f"{reader} would average over {column}: {', '.join(found)}")
