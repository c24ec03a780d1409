"""Claims j1 to j8, on tables where their answers are known."""

import json

import numpy as np
import pandas as pd
import pytest
from coupling_tables import connectivity, run, summary

from sculpt.core.kinds import CLAIMS
from sculpt.statistics.judgement.judging import judge
from sculpt.statistics.judgement.within import Within
from sculpt.statistics.pooling import PoolingError
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import Estimate, estimate

NAMES = [name for name in CLAIMS.names if ".studies.coupling." in CLAIMS.module(name)]
ON_SUMMARY = ["j1", "j1_random", "j1_allocation", "j2", "j2_shuffled", "j2_initial", "j3", "j3_shuffled", "j4"]
ON_SUMMARY += ["j4_weights", "j4_random", "j5", "j6", "j7", "j7_shuffled"]
BARRIERS = [f"{id_}_{split}" for split in ("validation", "train") for id_ in ("j8", "j9", "j10")]


def judged(rows, *only, settings=None, **tables):
    """Of the modules with these IDs, or of all."""
    names = [name for name in NAMES if not only or CLAIMS.constant(name, "ID") in only]
    claims, untested = judge(names, Tables({"summary": rows, **tables}, settings=settings))
    return {claim["id"]: claim for claim in claims}, untested


@pytest.fixture(scope="module")
def found():
    claims, untested = judged(summary())
    (line,) = untested
    assert line.id == "j8" and line.entry == "analyses:\n  connectivity: {}"
    return claims


def numbers(claim):
    return claim["effect"], claim["ci_low"], claim["ci_high"], claim["verdict"]


def expected(values, verdict):
    low, high = estimate(np.array(values, float)).interval()
    return round(float(np.mean(values)), 4), round(low, 4), round(high, 4), verdict


def test_all_are_of_figure_5_and_name_their_source(found):
    assert list(found) == ON_SUMMARY
    for claim in found.values():
        assert claim["family"] == "figure 5" and claim["p_holm"] >= claim["p"] and claim["n_seeds"] == 3
        assert "public reviews of the ICLR version" in claim["source"] or claim["source"].startswith("ours")
    json.dumps(list(found.values()), allow_nan=False)


def test_each_is_the_difference_that_it_says(found):
    """By seed LRR's mask adds 0, 1, 2, its shuffled version 0, 2, 1, the random one 1, 0, 2; both densities alike."""
    assert numbers(found["j1"]) == expected([4, 3, 5], "supported")
    assert numbers(found["j1_random"]) == expected([13, 15, 14], "supported")
    assert numbers(found["j2"]) == expected([6, 6, 6], "supported")
    assert numbers(found["j2_initial"]) == expected([2, 2, 2], "supported")
    assert numbers(found["j3"]) == expected([8, 10, 9], "supported")
    assert numbers(found["j3_shuffled"]) == expected([1, 0, 2], "inconclusive")
    assert numbers(found["j7"]) == expected([3, 4, 2], "supported")
    assert numbers(found["j7_shuffled"]) == expected([1, -1, 3], "inconclusive")


def test_sums_of_more_than_two_arms(found):
    """Allocation: 2 * 86 - 90 - 76 and the seeds' parts; fresh weights cost LRR's mask 6 and the shuffled one 3."""
    assert numbers(found["j1_allocation"]) == expected([6 - 1, 6 + 4 - 1, 6 + 2 - 4], "inconclusive")
    assert numbers(found["j2_shuffled"]) == expected([3, 3, 3], "supported")


def test_without_cycles_is_the_end_of_the_first(found):
    """Half of all levels: at 0.05 and 0.02, 45 and 40 against 43 and 38 and so on; the seeds' parts are whole."""
    assert numbers(found["j4"]) == expected([2, 1, 3], "inconclusive")
    assert numbers(found["j4_weights"]) == expected([3, 3, 3], "supported")
    assert numbers(found["j4_random"]) == expected([3.5, 5.5, 4.5], "supported")
    assert "cycle 1;" in found["j4"]["scope"] and "cycle 4;" in found["j1"]["scope"]


def test_cycles_help_the_better_arm_more_here(found):
    """Half of 84 against half of 90, at 0.02 half of 74 against half of 80."""
    assert numbers(found["j5"]) == expected([-3, -3, -3], "contradicted")


def test_a_sum_is_told_term_by_term(found):
    assert found["j1_allocation"]["scope"].startswith(
        "2 times LRR's mask shuffled within its layers on warm-up weights after all cycles minus LRR's mask on warm-up "
        "weights after all cycles minus a random mask on warm-up weights after all cycles; at 0.05, 0.02; cycle 4; "
    )
    assert found["j5"]["scope"].count(" plus ") == 1 and "; cycle 1 and 4; " in found["j5"]["scope"]


def test_cells_are_densities_and_the_scope_says_what_was_spent(found):
    cells = [(cell["mask"], cell["density"], cell["effect"]) for cell in found["j3"]["cells"]]
    assert cells == [("lrr", 0.05, 9.0), ("lrr", 0.02, 9.0)]
    assert found["j3"]["scope"] == (
        "LRR's mask on fresh weights after all cycles minus a random mask on fresh weights after all cycles; "
        "at 0.05, 0.02; cycle 4; unequal epochs (50 against 20); 2.8 times the FLOPs"
    )
    assert any("hold what a mask took" in said for said in found["j3"]["caveats"])


def test_wr_is_judged_by_the_margin(found):
    """WR minus LRR: 0, -1, -2. The mean is a point away, its interval 1 ± 2.48; a margin of 5 holds all of it."""
    assert found["j6"]["effect"] == 0 and found["j6"]["verdict"] == "inconclusive"
    assert found["j6"]["statement"].endswith("to within one point")
    wide = judged(summary(), "j6", settings={"margin": 5.0})[0]["j6"]
    assert (wide["effect"], wide["ci_low"], wide["verdict"]) == (4, round(5 - 1 - 2.4841, 4), "supported")
    narrow = judged(summary().pipe(lambda rows: rows[rows["seed"] == 0]), "j6", settings={"margin": 5.0})[0]["j6"]
    assert (narrow["effect"], narrow["ci_low"], narrow["verdict"]) == (5, None, "inconclusive")


def test_the_distance_is_judged_on_both_sides():
    """Of differences -3 ± 0.5 with a margin of 1 the distance is shown to be more, of 0.1 ± 0.5 to be less."""
    far = Within(Estimate(-3.0, 0.01, 9, 10, None), 1.0)
    near = Within(Estimate(0.1, 0.01, 9, 10, None), 1.0)
    unsure = Within(Estimate(0.9, 0.01, 9, 10, None), 1.0)
    half = far.found.interval()[1] + 3
    assert far.interval() == pytest.approx((-2 - half, -2 + half)) and far.p() < 0.001
    assert near.interval() == pytest.approx((1 - 0.1 - half, 1.0)) and near.p() < 0.001
    low, high = unsure.interval()
    assert low < 0 < high and unsure.p() == pytest.approx(2 * unsure.found.p_below(1.0))
    assert Within(Estimate(0.0, None, None, 1, None), 1.0).p() is None


def test_test_images_count_where_their_bits_are_known():
    """Of four images LRR's mask gets three right, the random one two of these, for every seed."""
    rows = pd.concat([run(mask, "fresh", 0.05) for mask in ("lrr", "erk")], ignore_index=True)
    right = {"lrr": [1, 1, 1, 0], "erk": [1, 1, 0, 0]}
    hits = {(row.node, row.seed): np.array(right[row.mask], bool) for row in rows.itertuples()}
    (name,) = [name for name in NAMES if CLAIMS.constant(name, "ID") == "j3"]
    claim = judge([name], Tables({"summary": rows}, hits))[0][0]
    assert (claim["effect"], claim["n_images"]) == (25, 4)


def test_what_is_lacking_is_said_with_the_entry_that_adds_it():
    claims, untested = judged(summary(("lrr+other_seed", "warm_up"), ("erk", "fresh")), "j3", "j7")
    assert "j7" not in claims and "j3" not in claims and "j3_shuffled" in claims
    (of_j7,) = [line for line in untested if line.startswith("j7 (")]
    assert of_j7.reason == "there is no run of another seed's LRR mask on warm-up weights after all cycles"
    assert "{method: coupled, mask_of: lrr, change: other_seed, ladder: [" in of_j7.entry
    (of_j3,) = [line for line in untested if line.startswith("j3 (")]
    assert "{method: coupled, mask_of: erk, weights: initial, transform: fresh, targets: [" in of_j3


def test_an_experiment_without_coupled_runs_tests_none():
    rows = summary()
    claims, untested = judged(rows[rows["method"] != "coupled"])
    assert claims == {} and len(untested) == len(ON_SUMMARY) + 1


def test_densities_that_only_one_side_has_do_not_count():
    rows = pd.concat(
        [run("lrr", "warm_up", 0.05), run("lrr", "warm_up", 0.01, 20), run("lrr+shuffled", "warm_up", 0.05)]
    )
    claim = judged(rows, "j1")[0]["j1"]
    assert numbers(claim) == expected([4, 3, 5], "supported") and len(claim["cells"]) == 1
    apart = pd.concat([run("lrr", "warm_up", 0.05), run("lrr+shuffled", "warm_up", 0.02)])
    assert any("share no density" in line for line in judged(apart, "j1")[1] if line.startswith("j1 ("))


def test_variants_other_lengths_other_transforms_and_lost_seeds_are_no_arms(found):
    strangers = [
        run("lrr", "warm_up", 0.05, 1, variant="noisy"),
        run("lrr", "warm_up", 0.05, 1, length=7),
        run("lrr", "warm_up", 0.05, 1, transform="shuffle_signs"),
        run("lrr", "warm_up", 0.1, 1, seeds=2),
        run("lrr+shuffled", "warm_up", 0.1, 1),
        run("erk", "initial", 0.05, 1, method="cyclic", weights=None, result=False),
    ]
    claims, _ = judged(pd.concat([summary(), *strangers], ignore_index=True))
    assert {id_: numbers(claim) for id_, claim in claims.items()} == {
        id_: numbers(claim) for id_, claim in found.items()
    }


def test_two_runs_of_one_arm_are_refused():
    twice = run("lrr", "warm_up", 0.05).assign(run="another")
    with pytest.raises(PoolingError, match="j1 would average over run"):
        judged(pd.concat([summary(), twice], ignore_index=True), "j1")


HEIGHTS = {
    ("lrr", "warm_up", "validation"): [0.1, 0.2, 0.3],
    ("lrr", "fresh", "validation"): [2.1, 3.2, 4.3],
    ("lrr", "warm_up", "train"): [-0.5, -0.4, -0.6],
    ("lrr", "fresh", "train"): [0.0, 0.1, -0.1],
}


def test_barriers_are_signed_heights_at_the_midpoint():
    rows = summary(densities=(0.05,))
    claims, _ = judged(rows, "j8", connectivity=connectivity(rows, HEIGHTS))
    assert list(claims) == BARRIERS
    assert numbers(claims["j8_validation"]) == expected([2, 3, 4], "supported")
    assert numbers(claims["j9_validation"]) == expected([-0.1, -0.2, -0.3], "supported")
    assert claims["j9_validation"]["threshold"] == -1.0
    # 3.2 ± 2.7 lies above 0, which is no barrier by the same definition, and not above 1.
    assert numbers(claims["j10_validation"]) == expected([2.1, 3.2, 4.3], "inconclusive")
    assert numbers(claims["j10_train"]) == expected([0.0, 0.1, -0.1], "contradicted")
    assert claims["j10_train"]["threshold"] == 1.0 and "barrier of 1 point" in claims["j10_train"]["statement"]
    assert claims["j8_train"]["scope"] == "at 0.05, into cycles 2, 3, 4"
    assert all(claims[id_]["family"] == "figure 6" for id_ in BARRIERS)


def test_pairs_of_cycles_that_one_side_lacks_do_not_count():
    rows = summary(densities=(0.05, 0.02))
    table = connectivity(rows, HEIGHTS)
    table.loc[(table["cycle"] == 4) & table["run"].str.contains("warm_up"), "height"] = 50.0
    lacking = table[~((table["cycle"] == 4) & table["run"].str.contains("fresh"))]
    claims, _ = judged(rows, "j8", connectivity=lacking)
    assert numbers(claims["j8_validation"]) == expected([2, 3, 4], "supported")
    assert claims["j8_validation"]["scope"] == "at 0.05, into cycles 2, 3; at 0.02, into cycles 2, 3"
    assert [cell["density"] for cell in claims["j8_validation"]["cells"]] == [0.05, 0.02]


def test_without_paths_of_both_weights_it_says_what_is_needed():
    rows = summary(densities=(0.05,))
    one = {key: value for key, value in HEIGHTS.items() if key[1] == "warm_up"}
    claims, untested = judged(rows, "j8", connectivity=connectivity(rows, one))
    assert "j9_train" in claims and "j8_train" not in claims
    (line,) = [line for line in untested if line.startswith("j8_train (")]
    assert line.entry.startswith("analyses:\n  connectivity: {}")
