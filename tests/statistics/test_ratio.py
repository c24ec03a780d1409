"""Fieller's interval over seeds, and over seeds and images, against a scan by its definition."""

import numpy as np
import pytest
from scipy import stats

from sculpt.statistics.ratio import Ratio
from sculpt.statistics.two_way import estimate


def closed_form(x, y):
    """Fieller's interval over seeds, as a solution of its quadratic inequality."""
    n = len(x)
    (xx, xy), (_, yy) = stats.t.ppf(0.975, n - 1) ** 2 * np.cov(x, y) / n
    a, b, c = y.mean() ** 2 - yy, x.mean() * y.mean() - xy, x.mean() ** 2 - xx
    root = np.sqrt(b**2 - a * c)
    return (b - root) / a, (b + root) / a


@pytest.mark.parametrize("seeds", [3, 10])
def test_over_seeds_it_is_the_closed_form(seeds):
    random = np.random.default_rng(seeds)
    for _ in range(20):
        x, y = random.normal(30, 3, seeds), random.normal(40, 3, seeds)
        assert Ratio(x, y).interval() == pytest.approx(closed_form(x, y), rel=1e-9)


@pytest.mark.parametrize(("seeds", "images"), [(3, 20), (6, 50)])
def test_over_images_it_is_where_the_test_does_not_reject(seeds, images):
    random = np.random.default_rng(images)
    x = random.normal(30, 20, (seeds, images)) + random.normal(0, 4, (seeds, 1)) + random.normal(0, 20, images)
    y = random.normal(40, 20, (seeds, images)) + random.normal(0, 4, (seeds, 1)) + random.normal(0, 20, images)
    ratio = Ratio(x, y)
    assert ratio.effect == pytest.approx(x.mean() / y.mean()) and (ratio.seeds, ratio.images) == (seeds, images)
    low, high = ratio.interval()
    scan = np.linspace(low - 1, high + 1, 4001)
    inside = scan[[estimate(x - rho * y).p() >= 0.05 for rho in scan]]
    step = scan[1] - scan[0]
    assert (low, high) == pytest.approx((inside[0], inside[-1]), abs=step)
    assert ratio.p(1.0) == pytest.approx(estimate(x - y).p())


def test_a_denominator_that_may_be_zero_bounds_nothing():
    random = np.random.default_rng(0)
    x, y = random.normal(5, 1, (4, 30)), random.normal(0.1, 20, (4, 30))
    assert estimate(y).p() > 0.05 and Ratio(x, y).interval() is None
    assert Ratio(x[:1], 100 + y[:1]).interval() is None and Ratio(x[:1], 100 + y[:1]).p(1.0) is None
