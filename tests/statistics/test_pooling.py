"""Averages: their numbers, and what is refused instead of being averaged."""

import numpy as np
import pandas as pd
import pytest

from sculpt.statistics.pooling import PoolingError, one_row_each, pooled


def rows(accuracies, **labels):
    """One row per seed, of one run; every label that is not given is empty."""
    found = {"run": "cyclic/erk_0.1", "cycle": 4, "method": "cyclic", "mask": "erk", "target_density": 0.1}
    found |= {
        "start_density": np.nan,
        "criterion": None,
        "transform": None,
        "weights": None,
        "length": None,
        "variant": None,
        **labels,
    }
    return pd.DataFrame({**found, "seed": range(len(accuracies)), "accuracy": np.asarray(accuracies, float)})


def stacked(*parts):
    return pd.concat(parts, ignore_index=True)


def test_mean_sample_deviation_and_number_of_seeds():
    table = stacked(rows([1, 2, 6]), rows([5], target_density=0.05, run="cyclic/erk_0.05"))
    found = pooled(table, ["mask", "target_density"], "accuracy", "a figure")
    assert [*found] == ["mask", "target_density", "accuracy_mean", "accuracy_sd", "seeds"]
    assert found.iloc[0].tolist() == ["erk", 0.1, 3.0, np.sqrt(7), 3]
    assert found.iloc[1].tolist()[:3] == ["erk", 0.05, 5.0]
    assert np.isnan(found.iloc[1]["accuracy_sd"]) and found.iloc[1]["seeds"] == 1


def test_order_of_rows_changes_no_bit():
    values = np.random.default_rng(0).normal(70, 9, 10)
    table = rows(values)
    expected = pooled(table, ["run"], "accuracy", "a figure")
    for seed in range(5):
        shuffled = table.sample(frac=1, random_state=seed)
        pd.testing.assert_frame_equal(pooled(shuffled, ["run"], "accuracy", "a figure"), expected, check_exact=True)


@pytest.mark.parametrize(
    ("label", "value", "listed"),
    [
        ("variant", "noisy", "none, noisy"),
        ("transform", "shuffled", "none, shuffled"),
        ("criterion", "snip", "none, snip"),
        ("start_density", 0.5, "none, 0.5"),
        ("target_density", 0.05, "0.05, 0.1"),
        ("mask", "snip", "erk, snip"),
        ("method", "long", "cyclic, long"),
    ],
)
def test_no_label_is_averaged_over_unless_the_reader_says_so(label, value, listed):
    table = stacked(rows([1, 2]), rows([3, 4], **{label: value, "run": "other"}))
    by = [name for name in ("method", "mask", "target_density") if name != label]
    with pytest.raises(PoolingError, match=f"^accuracy_vs_density would average over {label}: {listed}$"):
        pooled(table, by, "accuracy", "accuracy_vs_density")
    assert pooled(table, by, "accuracy", "accuracy_vs_density", over=("seed", label))["accuracy_mean"].item() == 2.5


def test_a_label_that_varies_with_the_seed_is_refused_too():
    table = rows([1, 2]).assign(variant=[None, "noisy"])
    with pytest.raises(PoolingError, match="a figure would average over variant: none, noisy"):
        pooled(table, ["method"], "accuracy", "a figure")


def test_an_empty_label_is_one_value_however_it_is_written():
    table = rows([1, 3]).assign(variant=pd.Series([None, np.nan], dtype=object))
    assert pooled(table, ["method", "variant"], "accuracy", "a figure")["accuracy_mean"].item() == 2
    assert pooled(table, ["method"], "accuracy", "a figure")["accuracy_mean"].item() == 2


def test_the_mean_over_other_labels_is_taken_within_a_seed_first():
    table = stacked(rows([1, 5]), rows([3, 9], mask="snip", run="other"), rows([2], mask="balanced", run="third"))
    found = pooled(table, ["method"], "accuracy", "a figure", over=("seed", "mask"))
    assert found.iloc[0].tolist() == ["cyclic", 4.5, pytest.approx(np.sqrt(12.5)), 2]


def test_two_runs_of_the_same_labels_are_refused():
    table = stacked(rows([1, 2]), rows([3, 4], run="cyclic/again"))
    with pytest.raises(PoolingError, match=r"^a figure would average over run: cyclic/again, cyclic/erk_0.1$"):
        pooled(table, ["method", "mask"], "accuracy", "a figure")


def test_cycles_of_one_run_are_refused():
    table = stacked(rows([1, 2]), rows([3, 4], cycle=3))
    with pytest.raises(PoolingError, match=r"^a figure would average over cycle: 3, 4$"):
        pooled(table, ["method", "mask"], "accuracy", "a figure")


def test_seeds_are_averaged_over_where_the_reader_says_so():
    with pytest.raises(PoolingError, match=r"^a figure would average over seed: 0, 1$"):
        pooled(rows([1, 2]), ["run"], "accuracy", "a figure", over=())


def test_two_rows_of_one_run_cycle_and_seed_are_refused():
    twice = stacked(rows([1, 2]), rows([3, 4])[1:])
    message = "^a figure: 2 rows for run cyclic/erk_0.1, cycle 4, seed 1$"
    with pytest.raises(PoolingError, match=message):
        pooled(twice, ["method"], "accuracy", "a figure")
    with pytest.raises(PoolingError, match=message):
        one_row_each(twice, ["run", "cycle", "seed"], "a figure")
    one_row_each(twice[:2], ["run", "cycle", "seed"], "a figure")


def test_of_no_rows_there_is_no_mean():
    found = pooled(rows([1])[:0], ["method"], "accuracy", "a figure")
    assert found.empty and [*found] == ["method", "accuracy_mean", "accuracy_sd", "seeds"]
