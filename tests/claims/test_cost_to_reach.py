"""The cost at which LRR's accuracy is reached, non-inferiority and equivalence, by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from synthetic import ON_SUMMARY, run

from sculpt.statistics.judgement.cost_to_reach import cost_to_reach, frontier
from sculpt.statistics.judgement.equivalence import against_margin
from sculpt.statistics.judgement.judging import judge
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import estimate


def runs(**found):
    """A run each: epochs, and mean validation accuracy."""
    rows = [{"run": name, "epochs": epochs, "val_accuracy": val} for name, (epochs, val) in found.items()]
    return pd.DataFrame(rows)


def test_the_frontier_is_what_validation_would_choose_for_each_budget():
    some = runs(a=(10, 80.0), b=(5, 70.0), c=(10, 82.0), d=(15, 81.0), e=(20, 82.0), f=(25, 90.0), g=(5, 70.0))
    assert frontier(some, "epochs")["run"].tolist() == ["b", "c", "f"]


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        # Of three seeds that are a point apart, the interval is 2.48 wide each way.
        ({"a": -9, "b": -2, "c": 1, "d": 5}, (0.6, 0.4, 0.8, "c")),
        ({"a": -9, "b": -8, "c": -7, "d": -6}, (None, None, None, None)),
        ({"a": -9, "b": -8, "c": -7, "d": -1}, (None, 0.8, None, None)),
        ({"a": 4, "b": -8, "c": -7, "d": -1}, (0.2, 0.2, 0.2, "a")),
        ({"a": 0, "b": 0, "c": 0, "d": 0}, (0.2, 0.2, None, "a")),
    ],
)
def test_cost_and_bounds_are_those_of_the_cheapest_run(ahead, expected):
    some = runs(a=(10, 70.0), b=(20, 80.0), c=(30, 90.0), d=(40, 95.0), worse=(60, 10.0))
    found = cost_to_reach(
        some, "epochs", 50, lambda run: estimate(ahead[run["run"]] + np.array([-1.0, 0, 1])), lambda run: run["run"]
    )
    assert (found["share"], found["ci_low"], found["ci_high"], found["run"]) == expected
    assert found["up_to"] == 1.2 and found["unit"] == "epochs"


def test_one_seed_gives_a_cost_without_bounds():
    found = cost_to_reach(runs(a=(10, 70.0)), "epochs", 50, lambda run: estimate(np.array([1.0])), lambda run: "a")
    assert (found["share"], found["ci_low"], found["ci_high"]) == (0.2, None, None)


@pytest.mark.parametrize(("effect", "not_worse", "as_good"), [(0.0, 1, 1), (-0.6, 0, 1), (3.0, 1, 0), (-3.0, 0, 0)])
def test_two_one_sided_tests_at_a_margin(effect, not_worse, as_good):
    values = effect + np.array([-0.5, 0.1, 0.4, -0.3, 0.3])
    found = against_margin(estimate(values), 1.0)
    low, high = stats.ttest_1samp(values, 0).confidence_interval(0.9)
    equivalence, non_inferiority = found["equivalence"], found["non_inferiority"]
    assert (equivalence["ci_low"], equivalence["ci_high"]) == pytest.approx((low, high), abs=1e-4)
    assert equivalence["shown"] == (low > -1 and high < 1) == bool(as_good)
    above = stats.ttest_1samp(values, -1, alternative="greater").pvalue
    below = stats.ttest_1samp(values, 1, alternative="less").pvalue
    assert non_inferiority["p"] == pytest.approx(above, rel=1e-3) and (above < 0.025) == non_inferiority["shown"]
    assert equivalence["p"] == pytest.approx(max(above, below), rel=1e-3)
    assert non_inferiority["shown"] == bool(not_worse)


def test_the_margin_is_that_of_the_settings():
    rows = pd.concat([run("lrr", [90, 90, 90]), run("single", [88.4, 88.5, 88.6], val=88.5)], ignore_index=True)
    for settings, verdict, words in (
        ({}, "contradicted", "one point"),
        ({"margin": 2.0}, "supported", "2 points"),
        ({"margin": 1.5}, "inconclusive", "1.5 points"),
    ):
        found, _ = judge(ON_SUMMARY, Tables({"summary": rows}, settings=settings))
        (claim,) = [claim for claim in found if claim["id"] == "d_epochs_0.01"]
        assert (claim["verdict"], claim["threshold"]) == (verdict, -settings.get("margin", 1.0))
        assert claim["statement"].endswith(f"is not worse by {words} of accuracy")
        assert claim["margin"] == settings.get("margin", 1.0)
        assert ("no run came within" in claim["scope"]) == (settings.get("margin", 1.0) < 1.5)
        assert claim["non_inferiority"]["shown"] == (verdict == "supported")
        assert claim["cost_to_reach"] == {
            "unit": "epochs",
            "share": None,
            "run": None,
            "up_to": 0.1429,
        } | dict.fromkeys(["ci_low", "ci_high"])
