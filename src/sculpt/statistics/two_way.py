"""The mean of a layout of seeds by test images, and how sure it is: a two-way random-effects layout.

With D_si the value of seed s (of n) on image i (of m), both drawn at random and crossed, the mean of all D has the
estimated components

    Vs = var(means over images) / n        what another draw of seeds would change
    Vi = var(means over seeds) / m         what another draw of test images would change
    Vr = sum of squared residuals / ((n - 1) (m - 1) n m),   residual = D_si - D_s. - D_.i + D_..

Vs and Vi each hold Vr once too often, so W = Vs + Vi - Vr estimates the variance of the mean. Where
W <= max(Vs, Vi), the variance is that maximum, with n - 1 or m - 1 degrees of freedom; else it is W, with
Satterthwaite's (1946) W^2 / (Vs^2 / (n - 1) + Vi^2 / (m - 1) + Vr^2 / ((n - 1) (m - 1))), at least n - 1. Without
images the variance is Vs, with n - 1: the paired t interval over seeds. Intervals and p come from Student's t.

Every sum is `math.fsum`, which rounds once: the same bits on every processor.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

CONFIDENCE = 0.95

Interval = tuple[float, float] | None
Components = tuple[float, float, float]


@dataclass(frozen=True)
class Estimate:
    """effect: the mean. variance: of the mean. freedom: degrees of freedom of Student's t.

    variance and freedom are None where there is one seed or one image: there is then no interval and no p. images is
    None where the interval holds seeds alone.
    """

    effect: float
    variance: float | None
    freedom: float | None
    seeds: int
    images: int | None

    def interval(self, confidence: float = CONFIDENCE) -> Interval:
        if self.variance is None:
            return None
        half = float(stdtrit(self.freedom, (1 + confidence) / 2)) * math.sqrt(self.variance)
        return self.effect - half, self.effect + half

    def p(self, at: float = 0.0) -> float | None:
        """Of the two-sided test that the true mean is `at`."""
        one = self.p_above(at)
        return None if one is None else 2 * min(one, self.p_below(at))

    def p_above(self, at: float) -> float | None:
        """Of the one-sided test: small where the true mean lies above `at`."""
        return None if self.variance is None else self._tail(self.effect - at)

    def p_below(self, at: float) -> float | None:
        return None if self.variance is None else self._tail(at - self.effect)

    def _tail(self, distance: float) -> float:
        if round(distance, 9) == 0:  # the last bit of a sum decides nothing
            return 0.5
        if self.variance == 0:
            return float(distance < 0)
        return float(stdtr(self.freedom, -distance / math.sqrt(self.variance)))


def estimate(values: np.ndarray) -> Estimate:
    """Of values (n) by seed, or (n, m) by seed and image."""
    values = np.asarray(values, float)
    images = values.shape[1] if values.ndim == 2 else None
    return of_components(mean(values), components(values, values), len(values), images)


def mean(values: np.ndarray) -> float:
    return _sum(values) / values.size


def components(x: np.ndarray, y: np.ndarray) -> Components | None:
    """Vs, Vi, Vr of x with itself, or the covariances of the means of x and y by the same sums.

    x, y: (n), which have Vi = Vr = 0, or (n, m). None with one seed or one image.
    """
    n, m = len(x), x.shape[1] if x.ndim == 2 else None
    if n == 1 or m == 1:
        return None
    (seeds_x, images_x, rest_x), (seeds_y, images_y, rest_y) = _parts(x), _parts(y)
    of_seeds = _sum(seeds_x * seeds_y) / (n - 1) / n
    if m is None:
        return of_seeds, 0.0, 0.0
    of_images = _sum(images_x * images_y) / (m - 1) / m
    return of_seeds, of_images, _sum(rest_x * rest_y) / ((n - 1) * (m - 1)) / (n * m)


def of_components(effect: float, parts: Components | None, n: int, m: int | None) -> Estimate:
    """The estimate that a mean and its components give, by the rule above."""
    if parts is None:
        return Estimate(effect, None, None, n, m)
    of_seeds, of_images, of_rest = parts
    both = of_seeds + of_images - of_rest
    if m is None or both <= of_seeds >= of_images:
        return Estimate(effect, of_seeds, n - 1, n, m)
    if both <= of_images:
        return Estimate(effect, of_images, m - 1, n, m)
    terms = of_seeds**2 / (n - 1) + of_images**2 / (m - 1) + of_rest**2 / ((n - 1) * (m - 1))
    return Estimate(effect, both, max(n - 1, both**2 / terms), n, m)


def _parts(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Deviations of the seeds' means (n) and the images' means (m) from the mean of all, and residuals (n, m)."""
    grand = mean(values)
    if values.ndim == 1:
        return values - grand, np.zeros(0), np.zeros(0)
    of_seeds = np.array([mean(row) for row in values]) - grand
    of_images = np.array([mean(column) for column in values.T]) - grand
    return of_seeds, of_images, values - grand - of_seeds[:, None] - of_images


def _sum(values: np.ndarray) -> float:
    return math.fsum(values.ravel().tolist())
