"""Confidence intervals over seeds."""

import numpy as np
from scipy import stats

CONFIDENCE = 0.95

Interval = tuple[float, float] | None


def _quantile(seeds: int) -> float:
    return float(stats.t.ppf((1 + CONFIDENCE) / 2, seeds - 1))


def paired_t(difference: np.ndarray) -> Interval:
    """Confidence interval of the mean of one value a seed; None with one seed."""
    n = len(difference)
    if n == 1:
        return None
    half = _quantile(n) * difference.std(ddof=1) / np.sqrt(n)
    return difference.mean() - half, difference.mean() + half


def fieller(x: np.ndarray, y: np.ndarray) -> Interval:
    """Fieller's confidence interval of mean(x) / mean(y), paired over seeds (Fieller 1954).

    It is the set of rho with |mean(x - rho y)| <= t se(x - rho y), a quadratic inequality in rho. None with
    one seed, and where mean(y) is not significantly different from 0: the set is then unbounded.
    """
    n = len(x)
    if n == 1:
        return None
    (xx, xy), (_, yy) = _quantile(n) ** 2 * np.cov(x, y) / n
    a, b, c = y.mean() ** 2 - yy, x.mean() * y.mean() - xy, x.mean() ** 2 - xx
    if a <= 0:
        return None
    root = np.sqrt(max(b**2 - a * c, 0.0))
    return (b - root) / a, (b + root) / a
