"""Which rows are results."""

import pandas as pd
import pytest

from sculpt.statistics.pooling import PoolingError
from sculpt.statistics.results import compared, ends, plain
from sculpt.statistics.summary import headline

ROWS = [  # run, method, mask, criterion, variant, target density, cycle, cycles, test accuracy, result
    ("cyclic/erk_0.01", "cyclic", "erk", None, None, 0.01, 1, 4, 10.0, True),
    ("cyclic/erk_0.01", "cyclic", "erk", None, None, 0.01, 4, 4, 40.0, True),
    ("cyclic/erk_0.5", "cyclic", "erk", None, None, 0.5, 3, 3, 90.0, False),  # a trunk of SCULPT
    ("long/erk_0.01", "long", "erk", None, None, 0.01, 4, 4, 50.0, True),
    ("noisy/cyclic/erk_0.01", "cyclic", "erk", None, "noisy", 0.01, 4, 4, 30.0, True),
    ("sculpt/erk_0.5/0.01", "sculpt", "erk", "magnitude", None, 0.01, 4, 4, 80.0, True),
    ("single/erk_0.01", "single", "erk", None, None, 0.01, 1, 1, 10.0, True),
    ("lrr/0.01", "lrr", None, "magnitude", None, 0.01, 7, 7, 91.0, True),
    ("lrr/0.01+snip", "lrr", None, "snip", None, 0.01, 7, 7, 71.0, True),
    ("dense", "dense", None, None, None, 1.0, 1, 1, 97.0, True),
]
COLUMNS = ["run", "method", "mask", "criterion", "variant", "target_density", "cycle", "cycles", "test_accuracy"]
SUMMARY = pd.DataFrame(ROWS, columns=[*COLUMNS, "result"]).assign(
    transform=None, weights=None, length=None, start_density=float("nan"), seed=0
)


def test_trunks_that_nobody_asked_for_are_not_compared():
    assert [*compared(SUMMARY).index] == [0, 1, 3, 4, 5, 6, 7, 8, 9]


def test_a_run_ends_with_its_last_cycle():
    assert [*ends(SUMMARY).index] == [1, 3, 4, 5, 6, 7, 8, 9]


def test_an_experiment_without_repeated_cycles_has_ends():
    assert [*ends(SUMMARY[6:]).index] == [6, 7, 8, 9]


def test_plain_rows_are_those_of_no_variant_no_transform_and_the_default_criterion():
    assert [*plain(SUMMARY).index] == [0, 1, 2, 3, 5, 6, 7, 9]
    assert plain(SUMMARY.assign(transform="shuffled")).empty


def test_metrics_are_means_of_results_under_their_labels_without_a_spread_for_one_seed():
    other = SUMMARY[SUMMARY["method"] == "sculpt"].assign(run="sculpt/erk_0.2/0.01", test_accuracy=20.0, selected=False)
    both = pd.concat([SUMMARY.assign(selected=True), other])
    assert headline(both) == {
        "cyclic_erk": {"0.01": {"mean": 40.0}},
        "cyclic_erk_variant_noisy": {"0.01": {"mean": 30.0}},
        "dense": {"1": {"mean": 97.0}},
        "long_erk": {"0.01": {"mean": 50.0}},
        "lrr": {"0.01": {"mean": 91.0}},
        "lrr_criterion_snip": {"0.01": {"mean": 71.0}},
        "sculpt_erk": {"0.01": {"mean": 80.0}},
        "single_erk": {"0.01": {"mean": 10.0}},
    }


def test_metrics_refuse_two_runs_of_equal_labels():
    lrr = SUMMARY[SUMMARY["run"] == "lrr/0.01"].assign(selected=True)
    two_seeds = [lrr.assign(seed=seed, test_accuracy=90.0 + seed) for seed in (0, 1)]
    longer = [rows.assign(run="lrr/0.1/0.01", test_accuracy=rows["test_accuracy"] + 4) for rows in two_seeds]
    assert headline(pd.concat(two_seeds)) == {"lrr": {"0.01": {"mean": 90.5, "sd": 0.707106781}}}
    with pytest.raises(PoolingError, match=r"^the metrics would average over run: lrr/0.01, lrr/0.1/0.01$"):
        headline(pd.concat([*two_seeds, *longer]))
