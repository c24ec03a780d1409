"""Which rows are results."""

import pandas as pd

from sculpt.statistics.results import compared, ends
from sculpt.statistics.summary import headline

ROWS = [  # method, mask, target density, cycle, cycles, test accuracy
    ("cyclic", "erk", 0.01, 1, 4, 10.0),
    ("cyclic", "erk", 0.01, 4, 4, 40.0),
    ("cyclic", "erk", 0.5, 3, 3, 90.0),  # a trunk of SCULPT
    ("long", "erk", 0.01, 4, 4, 50.0),
    ("long", "erk", 0.01, 2, 2, 30.0),  # of an earlier number of cycles
    ("sculpt", "erk", 0.01, 4, 4, 80.0),
    ("single", "erk", 0.01, 1, 1, 10.0),
    ("lrr", None, 0.01, 7, 7, 91.0),
    ("dense", None, 1.0, 1, 1, 97.0),
]
SUMMARY = pd.DataFrame(ROWS, columns=["method", "mask", "target_density", "cycle", "cycles", "test_accuracy"])


def test_trunks_and_runs_of_fewer_cycles_are_not_compared():
    assert [*compared(SUMMARY).index] == [0, 1, 3, 5, 6, 7, 8]


def test_a_run_ends_with_its_last_cycle():
    assert [*ends(SUMMARY).index] == [1, 3, 5, 6, 7, 8]


def test_an_experiment_without_repeated_cycles_has_ends():
    assert [*ends(SUMMARY[6:]).index] == [6, 7, 8]


def test_metrics_are_means_of_results_of_equal_length():
    other = SUMMARY[SUMMARY["method"] == "sculpt"].assign(test_accuracy=20.0, selected=False)
    both = pd.concat([SUMMARY.assign(selected=True), other])
    assert headline(both) == {
        "cyclic_erk": {"0.01": 40.0},
        "dense": {"1.0": 97.0},
        "long_erk": {"0.01": 50.0},
        "lrr": {"0.01": 91.0},
        "sculpt_erk": {"0.01": 80.0},
        "single_erk": {"0.01": 10.0},
    }
