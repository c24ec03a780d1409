"""The interval over seeds and test images: by hand, against a plain analysis of variance, and how often it holds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from sculpt.statistics.two_way import Estimate, components, estimate

LAYOUTS = arrays(float, st.tuples(st.integers(2, 5), st.integers(2, 7)), elements=st.sampled_from([-100.0, 0.0, 100.0]))


def test_a_layout_of_two_seeds_and_three_images_by_hand():
    # Means over images 3, 5; over seeds 2, 3, 7; of all 4; residuals +-1, 0, -+1.
    # Vs = 2 / 2 = 1; Vi = 7 / 3; Vr = 4 / (1 * 2 * 6) = 1/3; W = 1 + 7/3 - 1/3 = 3 > 7/3.
    # Degrees of freedom: 9 / (1 / 1 + (49 / 9) / 2 + (1 / 9) / 2) = 9 / (34 / 9) = 81/34.
    found = estimate(np.array([[2.0, 2.0, 5.0], [2.0, 4.0, 9.0]]))
    assert components(*[np.array([[2.0, 2.0, 5.0], [2.0, 4.0, 9.0]])] * 2) == pytest.approx((1, 7 / 3, 1 / 3))
    assert (found.effect, found.variance, found.freedom) == pytest.approx((4, 3, 81 / 34))
    assert (found.seeds, found.images) == (2, 3)
    half = stats.t.ppf(0.975, 81 / 34) * np.sqrt(3)
    assert found.interval() == pytest.approx((4 - half, 4 + half))
    assert found.p(1.0) == pytest.approx(2 * stats.t.sf(3 / np.sqrt(3), 81 / 34))


@pytest.mark.parametrize(
    ("values", "variance", "freedom"),
    [
        # Means over images 0, 0, over seeds 0, 0; residuals +-1: Vs = Vi = 0, Vr = 1, so W < 0 and the maximum is 0.
        ([[1, -1], [-1, 1]], 0.0, 1),
        # Means over images 1, -1 (Vs = 1), over seeds 1, -1, 0 (Vi = 1/3), residuals 0 but for +-1: Vr = 4 / 12.
        ([[2, 0, 1], [0, -2, -1]], 4 / 3, 16 / 9 / (1 + 1 / 18)),
        # The same images for both seeds: Vs = Vr = 0, so W = Vi with the images' degrees of freedom.
        ([[3, 0, 0], [3, 0, 0]], 1.0, 2),
        # The same for every image: W = Vs with those of the seeds.
        ([[4, 4, 4], [0, 0, 0]], 4.0, 1),
        ([5, 1], 4.0, 1),
        ([[5], [1]], None, None),
        ([[5, 1]], None, None),
        ([5], None, None),
    ],
)
def test_variance_and_degrees_of_freedom(values, variance, freedom):
    values = np.array(values, float)
    if variance == 4 / 3:
        vs, vi, vr = components(values, values)
        variance = vs + vi - vr
        freedom = max(1, variance**2 / (vs**2 / 1 + vi**2 / 2 + vr**2 / 2))
    found = estimate(values)
    assert found.effect == values.mean()
    assert (found.variance, found.freedom) == (variance, freedom) or (found.variance, found.freedom) == pytest.approx(
        (variance, freedom)
    )
    assert (found.interval() is None) == (found.p() is None) == (variance is None)


@given(LAYOUTS)
def test_the_components_are_those_of_an_analysis_of_variance(values):
    n, m = values.shape
    rows, columns = values.mean(1), values.mean(0)
    rest = values - rows[:, None] - columns + values.mean()
    expected = rows.var(ddof=1) / n, columns.var(ddof=1) / m, (rest**2).sum() / ((n - 1) * (m - 1) * n * m)
    assert components(values, values) == pytest.approx(expected, abs=1e-9)


@given(LAYOUTS)
def test_neither_seeds_nor_images_have_an_order(values):
    first = estimate(values)
    again = estimate(values[::-1, ::-1])
    assert (first.effect, first.variance, first.freedom) == pytest.approx(
        (again.effect, again.variance, again.freedom), rel=1e-9, abs=1e-12
    )


def test_seeds_alone_give_the_paired_t_interval():
    values = np.array([10.0, 8.0, 11.0, 12.5])
    test = stats.ttest_1samp(values, 9.0)
    assert estimate(values).interval() == pytest.approx(tuple(test.confidence_interval()))
    assert estimate(values).p(9.0) == pytest.approx(test.pvalue)


def test_one_sided_tests_add_up_to_one():
    found = estimate(np.array([1.0, 2.0, 4.0]))
    assert found.p_above(1.5) + found.p_below(1.5) == pytest.approx(1)
    assert found.p_above(0.0) < 0.1 < found.p_above(2.0)
    assert found.p(0.0) == pytest.approx(2 * found.p_above(0.0))


def test_without_any_spread_only_the_value_itself_is_not_rejected():
    found = Estimate(0.1 + 0.2, 0.0, 2, 3, None)
    assert (found.p(0.3), found.p(0.2), found.p_above(0.2), found.p_below(0.2)) == (1.0, 0.0, 0.0, 1.0)
    assert found.interval() == (found.effect, found.effect)


def simulated(random, n, seed_spread, image_spread, m=250, wrong=0.12):
    """Paired differences of two runs with errors on the same hard images, in points; the true mean is 0."""
    logit = np.log(wrong / (1 - wrong)) + random.normal(0, 1.5, m)
    sides = [logit + random.normal(0, seed_spread, (n, 1)) + random.normal(0, image_spread, m) for _ in range(2)]
    right = [random.random((n, m)) >= 1 / (1 + np.exp(-side)) for side in sides]
    return 100.0 * (right[0].astype(float) - right[1])


@pytest.mark.parametrize(("n", "low", "high"), [(10, 0.93, 0.97), (3, 0.92, 0.98)])
@pytest.mark.parametrize("spreads", [(0.6, 0.4), (0.1, 2.0), (0.4, 1.0)])
def test_the_interval_holds_the_truth_as_often_as_it_says(n, low, high, spreads):
    random = np.random.default_rng(2)
    bounds = [estimate(simulated(random, n, *spreads)).interval() for _ in range(800)]
    assert low <= np.mean([a <= 0 <= b for a, b in bounds]) <= high


def test_the_interval_over_seeds_alone_does_not():
    random = np.random.default_rng(2)
    values = [simulated(random, 10, 0.1, 2.0).mean(1) for _ in range(400)]
    assert np.mean([a <= 0 <= b for a, b in (estimate(value).interval() for value in values)]) < 0.85
