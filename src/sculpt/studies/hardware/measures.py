"""How a change of execution profile falls on the groups: sensitivity, violation, gap, flips.

All of these are definitions of this project: the formulas of "On The Fairness Impacts of Hardware Selection in Machine
Learning" (arXiv 2312.03886) were not found in public sources. With J(m, s; a) the error (percent) or the mean loss of
group a, of seed s under profile m, against the reference:

    Delta(a, m; s) = J(m, s; a) - J(reference, s; a)               change
    Delta(a, m)    = mean over s of Delta(a, m; s)                 sensitivity, signed
    xi(m; s)       = max over a, b of |Delta(a, m; s) - Delta(b, m; s)|    violation of a seed
    xi(m)          = max over a, b of |Delta(a, m) - Delta(b, m)|          violation of the means

A maximum over groups is positive wherever anything changes: so a violation is read beside its controls. That of the
means is less biased, since noise shrinks before the maximum is taken. For a change of seed alone it is empty: each seed
is compared with the next, the last with the first, so all differences add up to nothing.

Rows are those of hardware.csv. The group `all` holds every image and is no group: the measures of groups leave it out.
A group with few images is kept and marked. One without an image in the split has no accuracy, and no say there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sculpt.core.machines import HERE as HERE
from sculpt.core.rounding import rounded
from sculpt.statistics.comparison import ALL as ALL

if TYPE_CHECKING:
    from pandas import DataFrame

SEED = "seed"
"""The effect of a change of seed alone."""
LABELS = ("run", "method", "mask", "start_density", "target_density", "criterion", "transform", "variant")
_COMPARISON = ("machine", "effect", "profile", "name", "network", *LABELS, "cycle", "split")
_READER = "the measures of execution profiles"


def comparison(rows: DataFrame) -> list[str]:
    """The columns that tell one comparison of two networks from another, of those that the rows have."""
    return [column for column in _COMPARISON if column in rows]


def of_groups(rows: DataFrame) -> DataFrame:
    """The rows of groups proper, whose names are texts."""
    rows = rows.assign(group=rows["group"].astype(str))
    return rows[rows["group"] != ALL]


def of_all(rows: DataFrame) -> DataFrame:
    """The rows over every image."""
    return rows[rows["group"].astype(str) == ALL]


def with_changes(rows: DataFrame) -> DataFrame:
    """The rows with these columns more, of each seed and group.

    error_change: Delta of the error, points; positive where the profile is worse. loss_change: Delta of the mean loss,
    nats. flips_percent: predictions that differ from the reference's, percent of the group's images.
    """
    return rows.assign(
        error_change=(rows["accuracy_reference"] - rows["accuracy"]).map(rounded),
        loss_change=(rows["loss"] - rows["loss_reference"]).map(rounded),
        flips_percent=(100 * rows["flips"] / rows["images"]).map(rounded),
    )


def sensitivity(rows: DataFrame, change: str, by: Sequence[str] = (), over: Sequence[str] = ()) -> DataFrame:
    """Delta of each group and comparison, of the column `change`.

    rows: with changes. by: the columns that tell the results apart, of comparison and group where none are named; over:
    what is averaged within each seed first. Columns: by, mean (signed), sd (over seeds, empty for one), absolute (mean
    of absolute values), seeds, few (whether any of the groups has few images).
    """
    from sculpt.statistics.pooling import pooled

    by, over = list(by) or [*comparison(rows), "group"], ("seed", *over)
    rows = rows.assign(absolute=rows[change].abs())
    signed = pooled(rows, by, change, _READER, over)
    absolute = pooled(rows, by, "absolute", _READER, over)[[*by, "absolute_mean"]]
    few = rows.groupby(by, dropna=False, sort=False)["few"].any().reset_index()
    found = signed.merge(absolute, on=by).merge(few, on=by)
    found = found.rename(columns={f"{change}_mean": "mean", f"{change}_sd": "sd", "absolute_mean": "absolute"})
    return _rounded(found, "mean", "sd", "absolute")


def violation_of_seeds(rows: DataFrame, change: str = "error_change") -> DataFrame:
    """xi of each seed and comparison.

    rows: with changes. Columns: those of a comparison, seed, violation (in the unit of `change`), groups (how many),
    few (whether one of them has few images).
    """
    found = ranges(of_groups(rows), [*comparison(rows), "seed"], change).rename(columns={"range": "violation"})
    return _rounded(found, "violation")


def violation(rows: DataFrame, change: str = "error_change") -> DataFrame:
    """xi of each comparison.

    rows: with changes. Columns: those of a comparison, violation_mean and violation_sd (of the seeds' violations),
    seeds, of_means (the violation of the mean changes; empty for a change of seed alone), few, gap and gap_reference
    (means over seeds).
    """
    from sculpt.statistics.pooling import pooled

    by = comparison(rows)
    seeds = violation_of_seeds(rows, change)
    found = pooled(seeds, by, "violation", _READER)
    of_means = ranges(sensitivity(of_groups(rows), change), by, "mean").rename(columns={"range": "of_means"})
    found = found.merge(of_means[[*by, "of_means", "few"]], on=by)
    for name, accuracy in (("gap", "accuracy"), ("gap_reference", "accuracy_reference")):
        of_seeds = pooled(gap(rows, accuracy), by, "gap", _READER).rename(columns={"gap_mean": name})
        found = found.merge(of_seeds[list(dict.fromkeys([*by, name]))], on=by)
    found["of_means"] = found["of_means"].where(found["effect"] != SEED)
    return _rounded(found, "violation_mean", "violation_sd", "of_means", "gap", "gap_reference")


def gap(rows: DataFrame, accuracy: str = "accuracy") -> DataFrame:
    """The accuracy of the best group minus that of the worst, points, for each comparison and seed.

    accuracy: or `accuracy_reference`. Columns: those of a comparison, seed, gap, groups, few.
    """
    found = ranges(of_groups(rows), [*comparison(rows), "seed"], accuracy).rename(columns={"range": "gap"})
    return _rounded(found, "gap")


def ranges(rows: DataFrame, by: list[str], value: str) -> DataFrame:
    """The largest absolute difference of `value` between any two groups, for each combination of the columns `by`.

    Columns: `by`, range, groups (those that have a value), few.
    """
    of = rows.groupby(by, dropna=False, sort=False)
    found = of.agg(high=(value, "max"), low=(value, "min"), groups=(value, "count"), few=("few", "any"))
    found = found.assign(range=found["high"] - found["low"]).reset_index()
    return found[[*by, "range", "groups", "few"]]


def _rounded(rows: DataFrame, *columns: str) -> DataFrame:
    return rows.assign(**{column: rows[column].map(rounded) for column in columns})
