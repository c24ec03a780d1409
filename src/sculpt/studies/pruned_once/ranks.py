"""Rank correlations within a seed."""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def rank_correlations(rows: pd.DataFrame, by: Sequence[str], x: str, y: str, least: int) -> pd.DataFrame:
    """Spearman's (1904) rank correlation of x and y over the rows of each seed, for each combination of `by`.

    Columns: `by`, seed, correlation, in the order of `by` and seed. Ties have the mean of their ranks. A combination is
    left out where a seed has fewer than `least` rows, or one value throughout, which has no rank.
    """
    found = []
    for place, of in rows.groupby(list(by), sort=True):
        seeds = [_spearman(part[x], part[y], least) for _, part in of.groupby("seed", sort=True)]
        if None not in seeds:
            names = sorted(of["seed"].unique())
            found += [(*place, seed, value) for seed, value in zip(names, seeds, strict=True)]
    return pd.DataFrame(found, columns=[*by, "seed", "correlation"])


def _spearman(x: pd.Series, y: pd.Series, least: int) -> float | None:
    ranks = [(side.rank() - (len(side) + 1) / 2).to_numpy() for side in (x, y)]
    norms = [float(np.sqrt((side**2).sum())) for side in ranks]
    return None if len(x) < least or 0 in norms else float((ranks[0] * ranks[1]).sum()) / (norms[0] * norms[1])
