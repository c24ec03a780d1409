"""Which rows the study on longer training compares, and the rule for the number of cycles."""

import math

import numpy as np
import pandas as pd
import pytest
from longer_tables import SPREAD, cycle, cyclic, dense, ladder, long

from sculpt.statistics.pooling import PoolingError
from sculpt.statistics.two_way import estimate
from sculpt.studies.longer.measured import half_widths, in_words, measured
from sculpt.studies.longer.runs import (
    above,
    at_the_epochs_of,
    best_on_validation,
    ends,
    finished,
    levels,
    longest,
    of,
)


def rows(*parts):
    return finished(pd.concat(parts, ignore_index=True))


def test_the_cycle_of_the_best_validation_mean_is_taken_whatever_the_test_split_says():
    curve = cyclic("erk", 0.05, [99, 10, 50, 98], vals=[70, 80, 85, 84])
    chosen = best_on_validation(of(rows(curve), "cyclic"), ["run"], "here")
    assert set(chosen["cycle"]) == {3} and len(chosen) == len(SPREAD)


@pytest.mark.parametrize("above_it", [0.0, 1e-9])
def test_of_equal_validation_means_the_fewest_cycles_are_taken(above_it):
    curve = cyclic("erk", 0.05, [1, 2, 3, 4], vals=[70, 85, 85 + above_it, 84])
    assert set(best_on_validation(of(rows(curve), "cyclic"), ["run"], "here")["cycle"]) == {2}


def test_the_choice_is_made_for_each_run_or_among_the_levels_of_a_method():
    several = rows(cyclic("erk", 0.05, [1, 2, 4, 3]), cyclic("snip", 0.05, [4, 3, 2, 1]))
    chosen = best_on_validation(of(several, "cyclic"), ["run"], "here")
    assert dict(zip(chosen["mask"], chosen["cycle"], strict=True)) == {"erk": 3, "snip": 1}
    best = best_on_validation(levels(rows(ladder("lrr", {0.5: 90, 0.2: 95, 0.1: 95})), "lrr"), ["method"], "here")
    assert set(best["target_density"]) == {0.2} and set(best["cycle"]) == {3}


def test_what_is_not_a_whole_plain_result_is_left_out():
    plain = dense([80, 90])
    others = [
        cycle("a", 1, 1, 99, method="dense", result=False),
        cycle("b", 1, 1, 99, method="dense", transform="random_signs"),
        cycle("c", 1, 1, 99, method="dense", weights="warm_up"),
        cycle("d", 1, 1, 99, method="dense", criterion="snip"),
        cycle("e", 1, 1, 99, method="dense").iloc[:-1],
        cycle("f", 1, 1, np.nan, method="dense"),
    ]
    assert set(rows(plain, *others)["run"]) == {"dense"}
    assert set(rows(plain, dense([70], "noisy"))["variant"].fillna("")) == {"", "noisy"}


def test_a_method_is_taken_under_one_variant_and_the_dense_network_has_a_name_for_a_mask():
    both = rows(dense([80, 90]), dense([70], "noisy"), long("erk", 0.05, 60))
    assert set(of(both, "dense")["run"]) == {"dense"} and set(of(both, "dense")["mask"]) == {"dense"}
    assert set(of(both, "dense", "noisy")["run"]) == {"noisy/dense"}
    assert set(of(both, "long")["mask"]) == {"erk"} and of(both, "long", "cosine").empty


def test_ends_are_of_the_experiments_length_and_the_longest_curve_is_of_any():
    lengths = rows(cyclic("erk", 0.05, [1, 2, 3, 4]), cyclic("erk", 0.05, [1, 2, 3, 4, 5, 6, 7], length=7.0))
    lengths = of(lengths, "cyclic")
    assert set(ends(lengths)["run"]) == {"cyclic/erk_0.05"} and set(ends(lengths)["cycle"]) == {4}
    assert set(longest(lengths)["run"]) == {"cyclic/erk_0.05/7_cycles"} and longest(lengths)["cycle"].nunique() == 7


def test_a_network_is_taken_where_it_has_as_many_epochs():
    both = rows(dense([80, 90, 95]), cycle("dense_long", 2, 2, 93, method="dense_long"))
    found = at_the_epochs_of(of(both, "dense"), of(both, "dense_long"))
    assert set(found["cycle"]) == {2} and set(found["epochs"]) == {10}
    assert at_the_epochs_of(of(both, "dense"), of(both, "dense_long").assign(epochs=11)).empty


def test_differences_are_by_seed_and_empty_without_a_base():
    both = rows(dense([80, 90]), cycle("lrr/0.5", 2, 2, 95, 0.5, method="lrr", spread=3.0))
    of_dense = of(both, "dense")
    found = above(both[both["method"] == "lrr"], of_dense, "ahead", ["epochs"], "here")
    assert found["ahead"].tolist() == [5 + 2 * beside for beside in SPREAD]
    assert above(of_dense, of_dense[:0], "ahead", ["epochs"], "here")["ahead"].isna().all()
    with pytest.raises(PoolingError, match="here would average over cycle: 1, 2"):
        above(of_dense, of_dense, "ahead", [], "here")


def test_intervals_are_those_of_the_claims():
    values = np.array([1.0, 2.5, 4.0, 2.0])
    frame = pd.DataFrame({"run": "a", "seed": range(4), "gain": values})
    row = measured(frame, ["run"], ["gain"], "here")
    low, high = estimate(values).interval()
    assert row["gain_mean"].item() == values.mean() and row["seeds"].item() == 4
    assert half_widths(row, "gain").item() == pytest.approx((high - low) / 2)
    assert in_words(row.iloc[0], "gain") == f"2.4 [{low:.1f}, {high:.1f}]"
    one = measured(frame[:1], ["run"], ["gain"], "here")
    assert math.isnan(half_widths(one, "gain").item()) and in_words(one.iloc[0], "gain") == "1.0 [one seed]"
