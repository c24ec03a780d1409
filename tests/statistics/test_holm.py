"""Holm's correction, by hand and by its definition."""

from hypothesis import given
from hypothesis import strategies as st

from sculpt.statistics.holm import holm


def test_by_hand():
    # Sorted: 0.01 * 4, 0.015 * 3 = 0.045, 0.03 * 2 = 0.06, 0.04 * 1 = 0.04, raised to 0.06.
    assert holm([0.04, 0.01, 0.03, 0.015]) == [0.06, 0.04, 0.06, 0.045]
    assert holm([0.9, 0.8]) == [1.0, 1.0] and holm([]) == [] and holm([0.03]) == [0.03]


def test_what_has_no_p_is_no_test():
    assert holm([None, 0.02, None, 0.03]) == [None, 0.04, None, 0.04]


@given(st.lists(st.floats(0, 1), max_size=8), st.floats(0.001, 0.2))
def test_it_rejects_what_stepping_down_does(found, level):
    rejected = set()
    for rank, place in enumerate(sorted(range(len(found)), key=lambda place: (found[place], place))):
        if min(1.0, found[place] * (len(found) - rank)) >= level:
            break
        rejected.add(place)
    assert {place for place, p in enumerate(holm(found)) if p < level} == rejected
