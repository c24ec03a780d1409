"""The schedules' settings against the training around them; their rates are in test_rates.py."""

from hashlib import sha256
from types import SimpleNamespace

import pytest

from sculpt.core.kinds import SCHEDULES
from sculpt.training.rates import learning_rates

ALL = {
    "step": {"warmup": 1.0, "drops": (2.0, 3.0), "factor": 0.1},
    "triangular": {"warmup": 1.0, "start": 0.2},
    "cosine": {"warmup": 1.0},
    "constant": {"warmup": 1.0},
}


def section(name, **other):
    return SCHEDULES.settings(name)(**{"name": name, **ALL[name], **other})


def faults(name, epochs=5, **other):
    return list(section(name, **other).faults(SimpleNamespace(epochs=epochs)))


def test_every_schedule_is_tested():
    assert set(ALL) == set(SCHEDULES.names)


@pytest.mark.parametrize("name", ALL)
def test_the_warm_up_ends_before_the_cycle(name):
    drops = {"drops": ()} if name == "step" else {}
    assert faults(name) == []
    assert faults(name, warmup=4.5, **drops) == []
    assert faults(name, warmup=5.0, **drops) == [
        "warmup: 5 epochs do not fit; allowed: less than epochs (5)",
    ]


@pytest.mark.parametrize(
    ("drops", "warmup", "said"),
    [
        ((3.0, 2.0), 1.0, ["drops.1: 2; allowed: rising, {}, here between 3 and 5"]),
        ((1.0, 2.0), 1.0, ["drops.0: 1; allowed: rising, {}, here between 1 and 5"]),
        ((2.0, 5.0), 1.0, ["drops.1: 5; allowed: rising, {}, here between 2 and 5"]),
        ((2.0, 2.0), 0.0, ["drops.1: 2; allowed: rising, {}, here between 2 and 5"]),
    ],
)
def test_drops_rise_after_the_warm_up_and_before_the_end(drops, warmup, said):
    where = "after the warm-up and before the end of the cycle"
    assert faults("step", drops=drops, warmup=warmup) == [line.format(where) for line in said]


def test_the_decay_begins_after_the_warm_up():
    assert faults("constant", decay=4.0) == []
    assert faults("constant", decay=4.5) == [
        "decay: 4.5 epochs do not fit; allowed: at most what the warm-up leaves (4)",
    ]
    # One line for a warm-up that is too long, not a second for what it leaves.
    assert len(faults("constant", warmup=5.0, decay=1.0)) == 1


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("constant", {"warmup": -1.0}),
        ("constant", {"decay": 0.0}),
        ("triangular", {"start": 1.5}),
        ("step", {"factor": 1.0}),
        ("step", {"drops": (0.0,)}),
        ("step", {"warmup_factor": 0.0}),
    ],
)
def test_values_out_of_range_are_refused(name, other):
    with pytest.raises(ValueError, match=next(iter(other))):
        section(name, **other)


@pytest.mark.parametrize(
    ("schedule", "digest"),
    [
        ({"name": "step", "warmup": 10.0, "drops": [70.0, 130.0], "factor": 0.1}, "2e64541005d1d956"),
        ({"name": "step", "warmup": 10.0, "warmup_factor": 0.1, "drops": [40.0], "factor": 0.1}, "23110ac8209b8ade"),
        ({"name": "triangular", "warmup": 30.0, "start": 0.2}, "e838506803bf4172"),
        ({"name": "constant", "warmup": 15.0}, "745f87466db4fabc"),
    ],
)
def test_rates_are_those_of_every_version_to_the_last_bit(schedule, digest):
    rates = learning_rates(schedule, 0.1, 300, 2340, stretch=2)
    assert sha256(" ".join(map(float.hex, rates)).encode()).hexdigest()[:16] == digest
