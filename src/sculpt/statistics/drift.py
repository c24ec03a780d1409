"""Whether two runs of one experiment differ by more than their seeds do: another processor rounds otherwise."""

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from sculpt.recipe.node import number
from sculpt.statistics.pooling import LABELS, pooled
from sculpt.statistics.results import ends

FALSE_ALARMS = 0.05
"""Chance that a test finds a fault where only the rounding differs, if the two runs had no seed in common.

They have, so it is smaller. Measured: the default experiment with the kernels for AVX-512, AVX2 and SSE4.1, each
against each other, gives no fault in any of the six comparisons; the largest of the 384 differences is 0.97 of what is
allowed.
"""

_READER = "the comparison with a revision"
_DRAWN = [label for label in LABELS if label != "start_density"]
"""Labels of a cell of the figure: SCULPT stands there from the start that validation chose, be it another or not."""
_MASKED = ("single", "cyclic", "long", "sculpt")
"""Methods whose cells belong to their mask; the others are drawn in every mask's panel."""


def cells(summary: pd.DataFrame) -> pd.DataFrame:
    """Test accuracy at the end of each run: columns mean, sd (empty for one seed), seeds."""
    by = ["run", "target_density"]
    found = pooled(ends(summary), by, "test_accuracy", _READER, over=("seed",))
    names = {"test_accuracy_mean": "mean", "test_accuracy_sd": "sd"}
    return found.rename(columns=names).set_index(by)


def seed_means(summary: pd.DataFrame) -> pd.Series:
    """The mean test accuracy over the ends of all runs, per seed."""
    return ends(summary).groupby("seed")["test_accuracy"].mean()


def drawn_cells(now: pd.DataFrame, before: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """The same as `cells`, from two tables of accuracy_vs_density.csv, by the labels that both have.

    A cell in which those labels do not tell the runs of a table apart is left out of both; the number says how many.
    """
    by = [label for label in _DRAWN if label in now and label in before]
    ours, theirs = _drawn_cells(now, by), _drawn_cells(before, by)
    mixed = ours.index[ours.index.duplicated()].union(theirs.index[theirs.index.duplicated()]).unique()
    return ours[~ours.index.isin(mixed)], theirs[~theirs.index.isin(mixed)], len(mixed)


def _drawn_cells(figure: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    texts = [label for label in by if label != "target_density"]
    table = figure.assign(mask=figure["mask"].where(figure["method"].isin(_MASKED)))
    table[texts] = table[texts].astype(object).fillna("")
    table = table.rename(columns={"test_accuracy_mean": "mean", "test_accuracy_sd": "sd"})
    # One cell stands in the panel of every mask.
    return table[[*by, "mean", "sd", "seeds"]].drop_duplicates().set_index(by)


def unlike(now: pd.DataFrame, before: pd.DataFrame, revision: str, images: int) -> list[str]:
    """The cells whose means differ by more than the recorded seed spread explains, one line each.

    now, before: one row per cell, columns mean and sd (percent; sd NaN for one seed) and seeds. images: size of the
    test split.

    A pooled two-sample t test (Student 1908) per cell, with the error rate FALSE_ALARMS shared out among the cells
    (Bonferroni; Dunn 1961): |difference| <= t * s * sqrt(1 / n_now + 1 / n_before). s pools the recorded variances of
    all cells of one density, since three seeds of one cell know their own spread too badly (two standard errors of a
    cell's own spread flag a tenth of the cells of an honest re-run), unless the cell's own is larger: a single cycle
    spreads more than the rest of its density. At least as much is allowed as for the binomial standard deviation of an
    accuracy on so many images, with the normal quantile, which a single seed falls back on. The spread is the recorded
    one alone, so a run that has become unstable earns no tolerance by it.
    """
    lines = [
        f"{_label(now.index.names, cell)}: only here, not in {revision}" for cell in now.index.difference(before.index)
    ]
    lines += [f"{_label(now.index.names, cell)}: only in {revision}" for cell in before.index.difference(now.index)]
    both = before.add_suffix("_before").join(now.add_suffix("_now"), how="inner")
    if both.empty:
        return lines
    weights = before["seeds"] - 1
    freedom = weights.groupby(level="target_density").sum()
    squares = (before["sd"].fillna(0) ** 2 * weights).groupby(level="target_density").sum()
    density = both.index.get_level_values("target_density")
    degrees = freedom[density].to_numpy().clip(min=1)  # of single seeds the squares are 0 as well
    level = 1 - FALSE_ALARMS / 2 / len(both)
    spread = np.maximum(np.sqrt(squares[density].to_numpy() / degrees), both["sd_before"].fillna(0))
    of_seeds = stats.t.ppf(level, degrees) * spread
    share = (both["mean_before"] / 100).clip(0.5 / images, 1 - 0.5 / images)  # no error at all is luck
    of_images = stats.norm.ppf(level) * 100 * np.sqrt(share * (1 - share) / images)
    allowed = np.maximum(of_seeds, of_images) * np.sqrt(1 / both["seeds_now"] + 1 / both["seeds_before"])
    differs = (both["mean_now"] - both["mean_before"]).abs() > allowed
    return lines + [
        f"{_label(now.index.names, cell)}: {_apart(row['mean_now'], row['mean_before'], allowed[cell], revision)}"
        for cell, row in both[differs].iterrows()
    ]


def drifted(now: pd.Series, before: pd.Series, revision: str) -> list[str]:
    """A line where the mean over all ends of runs differs, which many small differences to one side add up to.

    now, before: that mean for each seed, percent. A two-sample t test at FALSE_ALARMS with the recorded spread of the
    seeds; a single seed has none, and is not tested.
    """
    if len(before) == 1:
        return []
    quantile = stats.t.ppf(1 - FALSE_ALARMS / 2, len(before) - 1)
    allowed = quantile * before.std() * np.sqrt(1 / len(now) + 1 / len(before))
    if abs(now.mean() - before.mean()) <= allowed:
        return []
    return [f"all runs together: {_apart(now.mean(), before.mean(), allowed, revision)}"]


def _label(names: list[str], cell: tuple[Any, ...]) -> str:
    """A cell in words: `run sculpt/erk_0.5/0.02, target_density 0.02`."""
    parts = zip(names, cell, strict=True)
    return ", ".join(f"{name} {number(part) if isinstance(part, float) else part}" for name, part in parts if part)


def _apart(now: float, before: float, allowed: float, revision: str) -> str:
    return f"mean test accuracy {now:.2f} %, {revision} has {before:.2f}: more than {allowed:.2f} apart"
