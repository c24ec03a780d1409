"""Means over seeds with their intervals, worked out by hand."""

import math

import pandas as pd
import pytest

from sculpt.statistics.intervals import around, half_width, in_words, intervals, told
from sculpt.statistics.pooling import PoolingError
from sculpt.statistics.two_way import estimate

ROWS = pd.DataFrame({"run": "a", "mask": "erk", "seed": range(3), "difference": [1.0, 2.0, 3.0]})
HALF = 4.302652730 / 3**0.5
"""Student's t of two degrees of freedom at 97.5 %, times the standard error of a standard deviation of 1."""


def test_an_interval_is_students_over_seeds_and_empty_for_one():
    (found,) = intervals(ROWS, ["run"], "difference", "a test").to_dict("records")
    assert found == {
        "run": "a",
        "difference_mean": 2.0,
        "difference_low": pytest.approx(2 - HALF, abs=1e-8),
        "difference_high": pytest.approx(2 + HALF, abs=1e-8),
        "seeds": 3,
    }
    assert in_words(found, "difference") == "2.0 [-0.5, 4.5]"
    (one,) = intervals(ROWS[:1], ["run"], "difference", "a test").to_dict("records")
    assert math.isnan(one["difference_low"]) and in_words(one, "difference") == "1.0 [one seed]"


def test_it_is_that_of_the_estimates_that_claims_are_judged_by():
    values = ROWS["difference"].to_numpy()
    assert around(2.0, 1.0, 3) == pytest.approx(estimate(values).interval())
    assert around(2.0, math.nan, 1) is None is estimate(values[:1]).interval() and math.isnan(half_width(math.nan, 1))


def test_rows_of_two_labels_are_refused():
    mixed = ROWS.assign(mask=["erk", "erk", "snip"])
    with pytest.raises(PoolingError, match="a test would average over mask: erk, snip"):
        intervals(mixed, ["run"], "difference", "a test")
    with pytest.raises(PoolingError, match="a test: 2 rows"):
        intervals(pd.concat([ROWS, ROWS[:1]]), ["run"], "difference", "a test")


def test_words_have_the_digits_that_are_asked_for():
    assert told(0.125, (0.0, 0.25), "{:.2f}".format) == "0.12 [0.00, 0.25]"
