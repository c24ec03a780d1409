"""Runs that cost less than LRR: which one is chosen, and the threshold below LRR."""

import pytest
from synthetic import evaluate, run


def test_cheapest_run_within_a_point_on_validation_is_judged_on_test():
    found = evaluate(
        run("lrr", [90, 92, 91], val=90),
        run("imp", [95, 95, 95], val=99),  # as many epochs and FLOPs as LRR: not cheaper
        run("single", [99, 99, 99], val=88.9),  # cheapest, but more than a point behind on validation
        # Exactly a point behind.
        run("cyclic", [88, 88, 90], val=[88, 89, 90], cycle=2, epochs=10, flops=8e9),
        run("cyclic", [97, 97, 97], val=95, cycle=3, epochs=15, flops=3e9),
        run("sculpt", [97, 97, 97], val=99, start=0.1),
    )
    epochs, flops = found["d_epochs_0.01"], found["d_flops_0.01"]
    assert epochs["scope"] == "density 0.01: cyclic, erk, 2 cycles; unequal epochs (10 against 35)"
    assert epochs["effect"] == pytest.approx(-7 / 3, abs=1e-4)  # -2, -4, -1
    assert epochs["verdict"] == "inconclusive"
    spent = "unequal epochs (15 against 35); 0.033 times the FLOPs (3 against 90 GFLOPs)"
    assert flops["scope"] == f"density 0.01: cyclic, erk, 3 cycles; {spent}"
    assert (flops["effect"], flops["verdict"]) == (6, "supported")


@pytest.mark.parametrize(
    ("test", "verdict"),
    [([89.5, 89.6, 89.4], "supported"), ([80, 81, 79], "contradicted"), ([88, 89, 90], "inconclusive")],
)
def test_within_a_point_of_lrr_is_the_threshold(test, verdict):
    claim = evaluate(run("lrr", [90, 90, 90]), run("single", test, val=90))["d_epochs_0.01"]
    assert claim["verdict"] == verdict


def test_where_no_cheaper_run_is_near_the_best_on_validation_stands_in():
    claim = evaluate(
        run("lrr", [90, 92, 91]),
        run("single", [99, 99, 99], val=50),
        run("sculpt", [85, 86, 87], val=86, start=0.05),
        run("sculpt", [99, 99, 99], val=85, start=0.1, selected=False),
        run("wr", [99, 99, 99], val=99),
    )["d_epochs_0.01"]
    assert claim["scope"] == (
        "density 0.01: sculpt, erk from 0.05, 4 cycles; unequal epochs (20 against 35); "
        "no run came within one point of LRR on validation; the closest is shown"
    )
    assert (claim["effect"], claim["verdict"]) == (-5, "contradicted")


def test_a_tie_in_cost_goes_to_validation_then_to_the_plainer_name():
    first_cycle = {"cycle": 1, "cycles": 4, "epochs": 5, "flops": 1e9, "node": "cyclic/erk_0.01/cycle_1"}
    lrr, single = run("lrr", [90, 90, 90]), run("single", [90, 90, 90], node="cyclic/erk_0.01/cycle_1")
    better = run("single", [80, 80, 80], mask="snip", val=95)
    same = evaluate(run("cyclic", [90, 90, 90], **first_cycle), single, lrr)
    assert same["d_epochs_0.01"]["scope"].startswith("density 0.01: single, erk, 1 cycle;")
    assert evaluate(single, better, lrr)["d_epochs_0.01"]["scope"].startswith("density 0.01: single, snip,")


def test_the_last_bit_of_a_mean_decides_nothing():
    assert 64.4 - 63.4 > 1
    found = evaluate(
        run("lrr", [90, 90, 90], val=64.4),
        run("cyclic", [80, 80, 80], val=63.4),
        run("long", [70, 70, 70], val=64.0, flops=5e9, epochs=21),
    )
    assert found["d_epochs_0.01"]["scope"] == "density 0.01: cyclic, erk, 4 cycles; unequal epochs (20 against 35)"
