"""Learning rates at known steps, and what every schedule keeps to."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sculpt.training.rates import learning_rates

STEP = {"name": "step", "warmup": 10.0, "drops": [70.0, 130.0], "factor": 0.1}
TRIANGULAR = {"name": "triangular", "warmup": 30.0, "start": 0.2}
COSINE = {"name": "cosine", "warmup": 10.0}
CONSTANT = {"name": "constant", "warmup": 15.0}
DECAYED = {"name": "constant", "warmup": 15.0, "decay": 50.0}
ALL = pytest.mark.parametrize("schedule", [STEP, TRIANGULAR, COSINE, CONSTANT, DECAYED], ids=lambda s: s["name"])

EPOCHS, A_DAY = 150, 20  # steps an epoch


def rates(schedule, peak=0.1, stretch=1, steps=EPOCHS * A_DAY):
    return learning_rates(schedule, peak, EPOCHS * stretch, steps, stretch)


def at(found, epoch):
    """The rate around a time in epochs: the mean of the steps that end and begin there."""
    step = round(epoch * A_DAY)
    return (found[step - 1] + found[step]) / 2


@ALL
def test_one_rate_a_step(schedule):
    assert len(rates(schedule, steps=7)) == 7
    assert all(type(rate) is float for rate in rates(schedule, steps=7))


def test_the_authors_imagenet_schedule_holds_a_tenth_and_drops_at_40_and_70():
    settings = {"name": "step", "warmup": 10.0, "warmup_factor": 0.1, "drops": [40.0, 70.0], "factor": 0.1}
    found = learning_rates(settings, 0.1, 90, 90)  # a step an epoch
    assert found == pytest.approx([0.01] * 10 + [0.1] * 30 + [0.01] * 30 + [0.001] * 20)


def test_step_warms_up_in_10_epochs_and_drops_tenfold_at_70_and_130():
    found = rates(STEP)
    for epoch in (1, 2.5, 5, 9):
        assert at(found, epoch) == pytest.approx(0.1 * epoch / 10)
    # The middle of the first step is half a step into 200 steps of warm-up.
    assert found[0] == pytest.approx(0.1 * 0.5 / 200)
    assert found[199] == pytest.approx(0.1 * 199.5 / 200)
    assert set(found[200:1400]) == {0.1}
    assert found[1400:2600] == pytest.approx([0.01] * 1200)
    assert found[2600:] == pytest.approx([0.001] * 400)


def test_triangular_rises_from_its_start_and_falls_to_zero():
    found = rates(TRIANGULAR)
    assert found[0] == pytest.approx(0.02, rel=0.01)
    assert at(found, 15) == pytest.approx(0.06)
    assert at(found, 30) == pytest.approx(0.1, rel=1e-3)
    assert at(found, 90) == pytest.approx(0.05)
    assert at(found, 120) == pytest.approx(0.025)
    assert found[-1] == pytest.approx(0.1 * 0.5 / 2400)
    assert found.index(max(found)) in (599, 600)


def test_cosine_warms_up_and_falls_to_zero():
    found = rates(COSINE)
    assert at(found, 5) == pytest.approx(0.05)
    assert at(found, 10) == pytest.approx(0.1, rel=2e-3)
    assert at(found, 80) == pytest.approx(0.05, rel=1e-4)
    assert at(found, 45) == pytest.approx(0.05 * (1 + math.sqrt(0.5)), rel=1e-4)
    assert 0 < found[-1] < 1e-7


def test_constant_warms_up_and_stays():
    found = rates(CONSTANT)
    assert at(found, 3) == pytest.approx(0.02)
    assert set(found[15 * A_DAY :]) == {0.1}


def test_constant_with_decay_stays_and_then_falls_to_zero_in_a_straight_line():
    found = rates(DECAYED)
    assert at(found, 3) == pytest.approx(0.02)
    assert set(found[15 * A_DAY : 100 * A_DAY]) == {0.1}
    assert at(found, 125) == pytest.approx(0.05)
    assert at(found, 140) == pytest.approx(0.02)
    assert found[-1] == pytest.approx(0.1 * 0.5 / (50 * A_DAY))


@ALL
def test_without_warm_up_the_first_step_is_at_the_peak(schedule):
    assert rates({**schedule, "warmup": 0.0})[0] == pytest.approx(0.1, rel=1e-3)


@ALL
def test_rates_scale_with_the_peak(schedule):
    assert rates(schedule, peak=0.3) == pytest.approx([3 * rate for rate in rates(schedule)])


@ALL
def test_stretching_keeps_the_shape(schedule):
    """Warm-up and drops stretch with the schedule: at the same progress, the rate is the same."""
    single = rates(schedule)
    assert rates(schedule, stretch=4, steps=len(single)) == single
    # With three steps for one, every middle one is at the progress of the one.
    assert rates(schedule, stretch=3, steps=3 * len(single))[1::3] == pytest.approx(single, rel=1e-9)
    # With four for one, the two in the middle lie either side of it.
    long = rates(schedule, stretch=4, steps=4 * len(single))
    middle = [(a + b) / 2 for a, b in zip(long[1::4], long[2::4], strict=True)]
    assert middle == pytest.approx(single, rel=1e-5, abs=1e-8)


@st.composite
def cycles(draw):
    """(settings, peak, epochs, steps, stretch) as params.yaml may ask for."""
    cycle, stretch = draw(st.integers(1, 200)), draw(st.integers(1, 6))
    warmup = draw(st.floats(0, 0.99)) * cycle
    name = draw(st.sampled_from(["step", "triangular", "cosine", "constant"]))
    schedule = {"name": name, "warmup": warmup}
    if name == "step":
        drops = sorted(draw(st.lists(st.floats(0, 1), max_size=3)))
        schedule |= {"drops": [warmup + drop * (cycle - warmup) for drop in drops]}
        schedule |= {"factor": draw(st.floats(0.01, 0.99))}
        schedule |= draw(st.just({}) | st.fixed_dictionaries({"warmup_factor": st.floats(0.01, 1)}))
    if name == "constant" and draw(st.booleans()):
        schedule |= {"decay": max((cycle - warmup) * draw(st.floats(0.01, 1)), 1e-3)}
    if name == "triangular":
        schedule |= {"start": draw(st.floats(0, 1))}
    return schedule, draw(st.floats(1e-4, 10)), cycle * stretch, draw(st.integers(1, 3000)), stretch


@settings(deadline=None, derandomize=True, max_examples=200)
@given(cycles())
def test_no_rate_is_zero_or_above_the_peak(case):
    schedule, peak, epochs, steps, stretch = case
    found = learning_rates(schedule, peak, epochs, steps, stretch)
    assert len(found) == steps
    assert all(0 < rate <= peak for rate in found)
    top, rounding = found.index(max(found)), 1 + 1e-9
    assert all(a <= b * rounding for a, b in pairwise(found[: top + 1]))
    assert all(a * rounding >= b for a, b in pairwise(found[top:]))
