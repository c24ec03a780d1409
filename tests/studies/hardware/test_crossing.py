"""The density where skipping pays, by hand."""

import pytest

from sculpt.studies.hardware.crossing import crossing


def test_between_two_densities_costs_are_linear_in_logarithms():
    # Skipping costs 1 and 4 times as much per decade, dense 2: equal half-way between 0.01 and 1.
    assert crossing([1.0, 0.01], [4.0, 1.0], [2.0, 2.0]) == pytest.approx(0.1)
    # A ratio of 1/2 at 0.1 and of 8 at 0.8, three doublings up: equal a quarter of the way.
    assert crossing([0.1, 0.8], [1.0, 8.0], [2.0, 1.0]) == pytest.approx(0.1 * 2**0.75)


def test_equal_costs_are_the_crossing():
    assert crossing([0.1, 0.2, 0.4], [1.0, 2.0, 3.0], [2.0, 2.0, 2.0]) == pytest.approx(0.2)


def test_where_it_always_pays_it_does_up_to_the_largest_density_and_where_it_never_does_there_is_none():
    assert crossing([0.1, 0.5], [1.0, 2.0], [3.0, 3.0]) == 0.5
    assert crossing([0.1, 0.5], [4.0, 5.0], [3.0, 3.0]) is None
    assert crossing([0.1, 0.5], [3.0, 2.0], [3.0, 3.0]) is None  # equal at the smallest density: it does not pay
    assert crossing([], [], []) is None


def test_of_several_crossings_the_lowest_counts():
    found = crossing([0.8, 0.1, 0.4, 0.2], [1.0, 1.0, 1.0, 4.0], [2.0, 2.0, 2.0, 2.0])
    assert found == pytest.approx(0.1 * 2**0.5)
