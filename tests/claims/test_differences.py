"""Claims that are paired differences: effects and intervals against numbers worked out by hand."""

import numpy as np
import pytest
from scipy import stats
from synthetic import bounds, evaluate, run

from sculpt.statistics.pooling import PoolingError

T2 = 4.302653  # 97.5 % point of Student's t with 2 degrees of freedom


def test_effect_and_interval_are_those_worked_out_by_hand():
    # Differences 10, 8, 11: mean 29/3, standard deviation sqrt(7/3), so T2 * sqrt(7/3) / sqrt(3) each way.
    claim = evaluate(run("cyclic", [80, 82, 87]), run("single", [70, 74, 76]))["a"]
    assert claim.pop("caveats")[0] == (
        "the interval holds the draw of 3 seeds, not the draw of the training and validation images"
    )
    cell = {"mask": "erk", "density": 0.01, "start": None, "effect": 9.6667, "ci_low": 5.8721, "ci_high": 13.4612}
    assert claim == {
        "id": "a",
        "source": claim["source"],
        "statement": "Cyclic training beats a single cycle",
        "question": "Does cyclic training beat a single cycle?",
        "decides": True,
        "part": "all masks together",
        "unit": "points of test accuracy",
        "scope": "erk at 0.01; unequal epochs (20 against 5); 4 times the FLOPs",
        "n_seeds": 3,
        "effect": 9.6667,
        "ci_low": 5.8721,
        "ci_high": 13.4612,
        "p": 0.008221,
        "p_holm": 0.008221,
        "family": "figure 4",
        "threshold": 0.0,
        "n_images": None,
        "covers": "seeds",
        "cells": [cell],
        "verdict": "supported",
    }
    half = T2 * np.sqrt(7) / 3
    assert bounds(claim) == pytest.approx((29 / 3 - half, 29 / 3 + half), abs=1e-4)
    interval = stats.ttest_rel([80, 82, 87], [70, 74, 76]).confidence_interval()
    assert bounds(claim) == pytest.approx(tuple(interval), abs=1e-4)


def test_masks_and_densities_are_averaged_within_a_seed_first():
    # By seed, over four cells: (1 + 3 + 2 + 2) / 4 = 2, (4 + 0 + 5 + 3) / 4 = 3, (0 + 8 + 5 + 3) / 4 = 4.
    gains = {("erk", 0.1): [1, 4, 0], ("erk", 0.01): [3, 0, 8]}
    gains |= {("snip", 0.1): [2, 5, 5], ("snip", 0.01): [2, 3, 3]}
    runs = []
    for (mask, density), gain in gains.items():
        base = 100 * density + np.array([60, 62, 67])
        runs += [run("cyclic", base + gain, density, mask), run("single", base, density, mask)]
    claim = evaluate(*runs)["a"]
    assert (claim["n_seeds"], claim["effect"]) == (3, 3)
    assert bounds(claim) == pytest.approx((3 - T2 / np.sqrt(3), 3 + T2 / np.sqrt(3)), abs=1e-4)
    assert claim["scope"].startswith("erk at 0.1, 0.01; snip at 0.1, 0.01; unequal epochs (20 against 5)")


@pytest.mark.parametrize(
    ("single", "verdict"),
    [([70, 74, 76], "supported"), ([90, 91, 98], "contradicted"), ([79, 84, 86], "inconclusive")],
)
def test_verdict_needs_the_whole_interval_on_one_side(single, verdict):
    assert evaluate(run("cyclic", [80, 82, 87]), run("single", single))["a"]["verdict"] == verdict


def test_cells_that_one_side_lacks_or_lacks_for_a_seed_do_not_count():
    whole = evaluate(run("cyclic", [80, 82, 87]), run("single", [70, 74, 76]))["a"]
    one_seed_short = run("single", [1, 1, 1], density=0.05).iloc[:2]
    diverged = run("cyclic", [1, np.nan, 1], density=0.1)
    claim = evaluate(
        run("cyclic", [80, 82, 87]),
        run("single", [70, 74, 76]),
        run("cyclic", [99, 99, 99], density=0.05),
        one_seed_short,
        diverged,
        run("single", [1, 1, 1], density=0.1),
        run("cyclic", [99, 99, 99], density=0.02),
        run("single", [1, 1, 1], mask="snip"),
    )["a"]
    assert claim == whole


def test_only_a_run_of_full_length_is_cyclic_trainings_result():
    base = [
        run("cyclic", [80, 82, 87]),
        run("single", [70, 74, 76]),
        run("lrr", [90, 95, 91]),
        run("long", [80, 81, 88]),
        run("sculpt", [88, 87, 90], start=0.5),
    ]
    earlier = [run("cyclic", [1, 2, 3], cycle=cycle, epochs=5 * cycle) for cycle in (1, 2, 3)]
    # A trunk that only SCULPT uses ends one cycle early; at these densities the others have results.
    trunk = [
        run("cyclic", [1, 2, 3], 0.02, cycle=cycle, cycles=3, epochs=5 * cycle, result=False) for cycle in (1, 2, 3)
    ]
    beside = [
        run("single", [99, 98, 97], 0.02),
        run("lrr", [99, 98, 97], 0.02),
        run("long", [99, 98, 97], 0.02),
        run("sculpt", [99, 98, 97], 0.02, start=0.5),
    ]
    alone, among = evaluate(*base), evaluate(*base, *earlier, *trunk, *beside)
    for id_ in ("a", "b", "c1", "c3", "e"):
        assert among[id_] == alone[id_]


def test_epochs_are_labelled_with_what_was_spent():
    found = evaluate(
        run("cyclic", [80, 82, 87], 0.02),
        run("cyclic", [60, 62, 67]),
        run("long", [79, 80, 81], 0.02),
        run("long", [59, 60, 61]),
        run("lrr", [90, 91, 95], 0.02, cycles=6, epochs=30),
        run("lrr", [88, 89, 90]),
        run("sculpt", [85, 85, 85], start=0.1),
        run("single", [50, 50, 50], epochs=10),
        run("single", [50, 50, 50], 0.02, epochs=20),
    )
    assert found["e"]["scope"].startswith("erk at 0.02, 0.01; equal epochs (20)")
    assert found["b"]["scope"].startswith("erk at 0.02, 0.01; unequal epochs (20 against 30 to 35)")
    assert found["c1"]["scope"].startswith("erk at 0.01 from 0.1; equal epochs (20)")
    assert found["a"]["scope"].startswith("erk at 0.02, 0.01; unequal epochs (20 against 10 to 20)")
    crossed = evaluate(
        run("cyclic", [80, 82, 87], 0.02),
        run("cyclic", [80, 82, 87], epochs=30),
        run("long", [79, 80, 81], 0.02, epochs=30),
        run("long", [79, 80, 81]),
    )
    assert crossed["e"]["scope"].startswith("erk at 0.02, 0.01; unequal epochs (20 to 30 against 20 to 30)")


def test_one_seed_gives_an_effect_and_no_interval():
    found = evaluate(run("cyclic", [60]), run("single", [30]), run("lrr", [90]), run("sculpt", [81], start=0.1))
    assert (found["a"]["effect"], found["c2"]["effect"], found["d_epochs_0.01"]["effect"]) == (30, 70, -9)
    for claim in found.values():
        assert (claim["n_seeds"], *bounds(claim), claim["verdict"]) == (1, None, None, "inconclusive")


def test_equal_differences_give_an_interval_of_no_width():
    claim = evaluate(run("cyclic", [80, 82, 87]), run("single", [78, 80, 85]))["a"]
    assert (claim["effect"], *bounds(claim), claim["verdict"]) == (2, 2, 2, "supported")


def test_the_last_bit_of_a_sum_decides_nothing():
    assert 0.1 + 0.2 > 0.3
    for cyclic, single in ((0.1 + 0.2, 0.3), (0.3, 0.1 + 0.2)):
        claim = evaluate(run("cyclic", [cyclic] * 3), run("single", [single] * 3))["a"]
        assert str((claim["effect"], *bounds(claim))) == "(0.0, 0.0, 0.0)"
        assert claim["verdict"] == "inconclusive"


def test_lrr_is_compared_with_every_mask_at_high_sparsity_only():
    # Against erk 20, 10, 21 and against snip 10, 12, 13: by seed 15, 11, 17.
    claim = evaluate(
        run("cyclic", [70, 80, 70]),
        run("cyclic", [80, 78, 78], mask="snip"),
        run("lrr", [90, 90, 91]),
        run("cyclic", [1, 1, 1], 0.05),
        run("lrr", [99, 99, 99], 0.05),
    )["b"]
    half = T2 * np.sqrt(28) / 3
    assert claim["effect"] == 14.3333
    assert bounds(claim) == pytest.approx((43 / 3 - half, 43 / 3 + half), abs=1e-4)
    assert claim["verdict"] == "supported"
    assert claim["scope"].startswith("erk at 0.01; snip at 0.01; unequal epochs (20 against 35)")


@pytest.mark.parametrize(("density", "counts"), [(0.8**17, True), (0.02, True), (0.025001, False), (0.8**16, False)])
def test_high_sparsity_is_a_density_of_two_hundredths_to_two_decimals(density, counts):
    found = evaluate(run("lrr", [90, 92, 94], density), run("cyclic", [70, 72, 75], density))
    assert ("b" in found) == counts


def test_of_two_ladders_lrr_is_the_longer():
    cyclic = run("cyclic", [70, 80, 70])
    short = run("lrr", [99, 99, 99], cycles=3, epochs=15, run="lrr/z")  # by its name, it comes last
    for runs in ([run("lrr", [90, 90, 91]), short], [short, run("lrr", [90, 90, 91])]):
        found = evaluate(cyclic, *runs)
        assert found["b"]["effect"] == pytest.approx(17, abs=1e-4)
        assert "(20 against 35)" in found["b"]["scope"]
        assert "(20 against 35)" in found["d_epochs_0.01"]["scope"]


@pytest.mark.parametrize("beside", [[run("cyclic", [70, 80, 70])], [run("imp", [70, 80, 70])], []])
def test_two_ladders_of_one_length_are_refused(beside):
    for names in (("lrr/a", "lrr/b"), ("lrr/b", "lrr/a")):
        ladders = [run("lrr", [90, 90, 91], run=name) for name in names]
        with pytest.raises(PoolingError, match=r"^\w+ would average over run: lrr/a, lrr/b$"):
            evaluate(*beside, *ladders)


def test_sculpt_starts_where_validation_chose_or_where_the_paper_did():
    found = evaluate(
        run("cyclic", [50, 51, 52]),
        run("cyclic", [50, 51, 52], mask="snip"),
        run("sculpt", [60, 62, 61], start=0.1),
        run("sculpt", [45, 45, 46], start=0.5, selected=False),
        run("sculpt", [99, 99, 99], start=0.2, selected=False),
        run("sculpt", [62, 62, 65], mask="snip", start=0.05),
    )
    assert found["c1"]["effect"] == 11  # erk 10, 11, 9; snip 12, 11, 13
    assert found["c1"]["scope"].startswith("erk at 0.01 from 0.1; snip at 0.01 from 0.05; equal epochs (20)")
    assert (found["c3"]["effect"], found["c3"]["verdict"]) == (-5.6667, "contradicted")
    assert found["c3"]["scope"].startswith("erk at 0.01 from 0.5; equal epochs (20)")
