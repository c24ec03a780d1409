"""The ratio of two means over the same seeds (and test images), with Fieller's interval (Fieller 1954).

The interval is the set of ratios rho at which the test of `two_way` does not reject that mean(x - rho y) is 0. With
seeds alone it is Fieller's closed form; with images the rule for variance and degrees of freedom changes with rho, so
the ends are found by bisection. The components of x - rho y are quadratic in rho.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sculpt.statistics.two_way import CONFIDENCE, Components, Estimate, Interval, components, mean, of_components


@dataclass(frozen=True)
class Ratio:
    """mean(x) / mean(y); x, y: (n) by seed or (n, m) by seed and image, in one order; mean(y) > 0."""

    x: np.ndarray
    y: np.ndarray

    @property
    def effect(self) -> float:
        return self._means[0] / self._means[1]

    @property
    def seeds(self) -> int:
        return len(self.x)

    @property
    def images(self) -> int | None:
        return self.x.shape[1] if self.x.ndim == 2 else None

    def at(self, rho: float) -> Estimate:
        """Of x - rho y."""
        effect, parts = self._means[0] - rho * self._means[1], None
        if self._components is not None:
            parts = tuple(max(xx - 2 * rho * xy + rho**2 * yy, 0.0) for xx, xy, yy in self._components)
        return of_components(effect, parts, self.seeds, self.images)

    def p(self, at: float) -> float | None:
        """Of the two-sided test that the true ratio is `at`."""
        return self.at(at).p()

    def interval(self) -> Interval:
        """None with one seed, and where mean(y) is not significantly different from 0: the set is then unbounded."""
        below = 1 - CONFIDENCE
        p = of_components(self._means[1], self._of_y, self.seeds, self.images).p()
        if p is None or p >= below:
            return None
        low, high = (_end(self.effect, step, lambda rho: self.p(rho) < below) for step in (-1.0, 1.0))
        return low, high

    @cached_property
    def _means(self) -> tuple[float, float]:
        return mean(self.x), mean(self.y)

    @cached_property
    def _components(self) -> list[tuple[float, float, float]] | None:
        """Each component, seeds, images and residuals, of x, of x with y, and of y."""
        found = [components(*pair) for pair in ((self.x, self.x), (self.x, self.y), (self.y, self.y))]
        return None if found[0] is None else list(zip(*found, strict=True))

    @property
    def _of_y(self) -> Components | None:
        return None if self._components is None else tuple(of_y for *_, of_y in self._components)


def _end(inside: float, step: float, rejected: Callable[[float], bool]) -> float:
    """Where the set that holds `inside` ends in the direction of `step`, to the last bit."""
    while not rejected(outside := inside + step):
        inside, step = outside, 2 * step
    while inside != (middle := (inside + outside) / 2) != outside:
        inside, outside = (inside, middle) if rejected(middle) else (middle, outside)
    return inside
