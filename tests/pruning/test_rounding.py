"""Scores are rounded to 32 significant bits before they are ranked."""

import math
from decimal import ROUND_HALF_UP, Decimal

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sculpt.pruning.mask import keep_highest
from sculpt.pruning.rounding import round_scores

FLOATS = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300, allow_subnormal=False)


def rounded(value):
    return round_scores(torch.tensor([value], dtype=torch.float64)).item()


@settings(deadline=None, derandomize=True, max_examples=500)
@given(FLOATS)
def test_a_score_is_rounded_to_32_bits_halves_away_from_zero(value):
    mantissa, exponent = math.frexp(value)
    nearest = Decimal(mantissa * 2**32).to_integral_value(ROUND_HALF_UP)
    assert rounded(value) == math.ldexp(int(nearest), exponent - 32)


@pytest.mark.parametrize("value", [0.0, -math.inf, math.inf, 2.0**40, -1.5, float(torch.tensor(0.1))])
def test_what_has_no_more_bits_stays(value):
    """Such as the magnitude of a float32 weight, and -inf, which stands where a weight is pruned."""
    assert rounded(value) == value


def test_nan_stays_nan():
    assert math.isnan(rounded(math.nan)) and math.isnan(rounded(-math.nan))


def test_scores_that_differ_in_their_last_bits_are_ties():
    """Which the index decides; a difference that 32 bits hold still counts."""
    near = 0.7 * (1 + 1e-14)
    score = torch.tensor([[0.7, near, 0.1, near, 0.7]], dtype=torch.float64)
    assert keep_highest({"a": score}, 0.4)["a"].tolist() == [[True, True, False, False, False]]
    score[0, 3] = 0.7 * (1 + 1e-9)
    assert keep_highest({"a": score}, 0.4)["a"].tolist() == [[True, False, False, True, False]]


def test_the_best_weight_of_a_layer_is_the_first_of_its_best():
    """That of `b` is kept whatever its rank."""
    scores = {"a": torch.ones(1, 4).double(), "b": torch.tensor([[0.3, 0.3 * (1 + 1e-15)]]).double()}
    assert keep_highest(scores, 0.5)["b"].tolist() == [[True, False]]


def test_the_scores_themselves_stay():
    scores = {"a": torch.rand(2, 10, dtype=torch.float64)}
    before = scores["a"].clone()
    keep_highest(scores, 0.5)
    assert torch.equal(scores["a"], before)
