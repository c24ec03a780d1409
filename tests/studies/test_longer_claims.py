"""The claims on longer training, on tables where their answers are known."""

import numpy as np
import pandas as pd
import pytest
from longer_tables import SPREAD, cycle, cyclic, dense, dense_long, judged, ladder, long

from sculpt.statistics.holm import holm
from sculpt.statistics.two_way import estimate

DENSE = dense([88, 95, 97, 97.5])
MASK = cyclic("erk", 0.05, [74, 84, 91, 94])


def expected(mean, spread, threshold=0.0):
    """What a claim says whose effect at each seed is `mean` and `spread` times SPREAD."""
    low, high = estimate(mean + spread * np.array(SPREAD)).interval()
    verdict = "supported" if low > threshold else "contradicted" if high < threshold else "inconclusive"
    return pytest.approx((mean, low, high), abs=1e-4), verdict


def said(claim):
    return (claim["effect"], claim["ci_low"], claim["ci_high"]), claim["verdict"]


def cells(claim):
    return [(cell["mask"], cell["density"], cell["effect"]) for cell in claim["cells"]]


def test_dense_cycling_is_held_against_the_best_level_at_its_epochs():
    lrr = ladder("lrr", {0.5: 95, 0.2: 97.2, 0.1: 97.2}, spread=1.1)
    wr = ladder("wr", {0.5: 93, 0.2: 94}, spread=0.5)
    found, _ = judged(DENSE, lrr, wr, margin=1.0, only="g1")
    # LRR's levels at 0.2 and 0.1 are as good on validation: the one of fewer cycles counts, after 3 cycles.
    assert said(found["g1"]) == expected(-0.2, -0.1, -1.0) and found["g1"]["verdict"] == "supported"
    assert found["g1"]["threshold"] == -1.0 and "to 1 points" in found["g1"]["statement"]
    assert "equal epochs (15)" in found["g1"]["scope"] and "density 0.2 after 3 cycles" in found["g1"]["scope"]
    assert said(found["g1b"]) == expected(3.0, 0.5, -1.0)
    assert {claim["family"] for claim in found.values()} == {"figure 2"}


def test_a_dense_network_of_too_few_cycles_says_which_entry_adds_them():
    _, untested = judged(dense([88, 95]), ladder("lrr", {0.5: 95, 0.2: 97}), only="g1")
    assert untested["g1"].endswith("runs: - {method: dense, cycles: 3}")
    assert untested["g1b"].endswith("rewind_epoch: 1} - {method: dense, cycles: 3}")


SCHEDULES = [
    DENSE,
    dense([87, 94, 96, 96.5], "cosine", spread=2.0),
    *(dense_long(test, name) for test, name in ((97.0, None), (97.5, "cosine"), (96.0, "step"), (96.5, "constant"))),
    MASK,
    cyclic("erk", 0.05, [70, 80, 90, 92], "cosine", spread=0.5),
    *(long("erk", 0.05, test, name) for test, name in ((95, None), (93, "cosine"), (90, "step"), (91, "constant"))),
    # No other schedule was trained on these, so they are in claim e, and in none of these.
    cyclic("snip", 0.05, [1, 2, 3, 4]),
    long("snip", 0.05, 99),
]


def test_schedules_are_compared_at_equal_epochs_dense_and_sparse_apart():
    found, untested = judged(*SCHEDULES, margin=2.0, only="g2")
    effects = {id_[3:]: claim["effect"] for id_, claim in found.items() if id_.startswith("g2_")}
    assert effects == {
        "dense_long": 0.5,
        "dense_similar": 1.5,
        "dense_cosine": 0.0,
        "dense_step": 1.5,
        "dense_constant": 1.0,
        "dense_restarts": -1.0,
        "sparse_long": -1.0,
        "sparse_cosine": 1.0,
        "sparse_step": 4.0,
        "sparse_constant": 3.0,
        "sparse_restarts": -1.0,
    }
    assert said(found["g2_dense_restarts"]) == expected(-1.0, 1.0)
    assert said(found["g2_sparse_restarts"]) == expected(-1.0, -0.5)
    assert cells(found["g2_sparse_long"]) == [("erk", 0.05, -1.0)] and "g2" not in untested
    assert found["g2_dense_cosine"]["scope"].startswith("dense at 1; equal epochs (20)")
    assert "cosine with and without restarts" in found["g2_dense_restarts"]["source"]


def test_the_scope_tells_whether_two_schedules_are_equivalent():
    found, _ = judged(*SCHEDULES, margin=2.0, only="g2")
    # One-sided t tests with 2 degrees of freedom: the differences are 0.5 at each seed, and 0 to -2 around -1.
    assert found["g2_dense_long"]["scope"].endswith("equivalent to 2 points (p 0.000)")
    assert found["g2_dense_restarts"]["scope"].endswith("not shown to be equivalent to 2 points (p 0.113)")


def test_the_papers_similar_schedules_are_judged_by_the_margin():
    """Dense cycles are 0.5 above one schedule at each seed: within 2 points, and not within 0.2."""
    wide, narrow = (judged(*SCHEDULES, margin=margin, only="g2")[0]["g2_dense_similar"] for margin in (2.0, 0.2))
    assert said(wide) == ((1.5, 1.5, 1.5), "supported") and said(narrow)[1] == "contradicted"
    assert wide["scope"].startswith("dense at 1; equal epochs (20)")
    assert "similar for the dense network" in wide["source"] and "within 2 points" in wide["statement"]
    assert judged(*SCHEDULES, margin=2.0, only="g2")[0]["g2_dense_long"]["source"].startswith("ours")
    _, untested = judged(DENSE, MASK, long("erk", 0.05, 93, "cosine"), only="g2")
    assert untested["g2_dense_similar"].endswith("- {method: dense_long}")


def test_a_dense_network_of_more_cycles_stops_at_the_epochs_of_the_schedule():
    longer = [part for part in SCHEDULES if part is not DENSE] + [dense([88, 95, 97, 97.5, 99, 99, 99])]
    assert judged(*longer, only="g2")[0]["g2_dense_long"]["effect"] == 0.5


def test_a_schedule_without_its_partner_is_untested():
    _, untested = judged(DENSE, MASK, long("erk", 0.05, 93, "cosine"), only="g2")
    needed = "- {method: long, mask: erk, densities: [0.05]}"
    assert untested["g2_sparse_long"].endswith(needed)
    assert "- {method: dense_long, variant: step} variants: " in untested["g2_dense_step"]
    _, untested = judged(DENSE, MASK, only="g2")
    assert "variant: cosine" in untested["g2"] and "g2_dense_long" not in untested


def test_the_training_loss_of_the_last_cycle_is_held_against_the_first():
    other = cyclic("snip", 0.01, [10, 20, 30, 40], loss=0.8)
    found, _ = judged(DENSE, MASK, other, only="g3")
    # 1 / cycle, times 0.9, 1 and 1.1 for the seeds.
    assert said(found["g3_dense"]) == expected(0.75, 0.075)
    assert said(found["g3_sparse"]) == expected(0.375, 0.0375)
    assert cells(found["g3_sparse"]) == [("erk", 0.05, 0.75), ("snip", 0.01, 0.0)]
    assert found["g3_sparse"]["scope"].startswith("erk at 0.05; snip at 0.01")
    _, untested = judged(dense([88]), cyclic("erk", 0.05, [74]), only="g3")
    assert untested["g3_dense"].endswith("- {method: dense, cycles: 2}") and "g3_sparse" in untested


def test_each_mask_is_judged_at_the_number_of_cycles_that_validation_chose():
    peaked = cyclic("erk", 0.1, [80, 90, 95, 99], vals=[80, 95, 92, 92], spread=2.0)
    found, untested = judged(
        MASK, peaked, cyclic("grasp", 0.05, [60, 50, 50, 50]), long("erk", 0.1, 97), DENSE, only="g4"
    )
    single = found["g4_erk_single"]
    assert cells(single) == [("erk", 0.1, 10.0), ("erk", 0.05, 20.0)] and single["effect"] == 15.0
    assert single["scope"].endswith("cycles: erk 2 at 0.1, 4 at 0.05")
    assert any("chosen" not in caveat and "number of cycles" in caveat for caveat in single["caveats"])
    assert said(found["g4_grasp_single"])[1] == "inconclusive" and found["g4_grasp_single"]["effect"] == 0.0
    assert "no mask of the paper" in found["g4_grasp_single"]["source"]
    # The control has all the epochs, not the chosen ones.
    assert said(found["g4_erk_long"]) == expected(2.0, 1.0)
    assert "{method: long, mask: grasp, densities: [" in untested["g4_grasp_long"]


def test_cyclic_masks_meet_lrr_below_and_above_80_percent_sparsity():
    lrr = ladder("lrr", {0.5: 90, 0.2: 95, 0.05: 97})
    found, _ = judged(
        DENSE,
        lrr,
        MASK,
        cyclic("erk", 0.5, [80, 91, 95, 96], spread=2.0),
        cyclic("snip", 0.2, [80, 85, 94, 97]),
        only="g4_lrr",
    )
    assert cells(found["g4_lrr_low"]) == [("erk", 0.5, 6.0), ("snip", 0.2, 2.0)]
    assert said(found["g4_lrr_low"]) == expected(4.0, 0.5)
    # After LRR's own number of cycles: two at 0.5, three at 0.2.
    assert cells(found["g4_lrr_low_equal"]) == [("erk", 0.5, 1.0), ("snip", 0.2, -1.0)]
    assert "equal epochs (10 to 15)" in found["g4_lrr_low_equal"]["scope"]
    assert said(found["g4_lrr_high"]) == expected(3.0, 0.0) and cells(found["g4_lrr_high"]) == [("erk", 0.05, 3.0)]


def test_a_density_of_four_fifths_sparsity_is_low():
    lrr = ladder("lrr", {0.20972: 90})
    found, untested = judged(DENSE, lrr, cyclic("erk", 0.20972, [80, 91, 92, 93]), only="g4_lrr")
    assert found["g4_lrr_low"]["effect"] == 3.0
    assert "share no density there with every seed" in untested["g4_lrr_high"] and untested["g4_lrr_high"].entry


def test_the_last_cycle_is_held_against_the_one_before_for_each_length_apart():
    seven = cyclic("erk", 0.05, [74, 84, 91, 94, 95, 97, 96], length=7.0, spread=2.0)
    found, _ = judged(
        MASK, cyclic("snip", 0.05, [1, 2, 3, 5]), seven, long("erk", 0.05, 98, cycles=7), DENSE, only="g5"
    )
    assert cells(found["g5"]) == [("erk", 0.05, 3.0), ("snip", 0.05, 2.0)] and found["g5"]["effect"] == 2.5
    assert found["g5_7"]["effect"] == -1.0 and found["g5_7"]["verdict"] == "contradicted"
    assert "Of 7 cycles" in found["g5_7"]["statement"] and "Of 4 cycles" in found["g5"]["statement"]
    assert said(found["g5_7_long"]) == expected(-2.0, 1.0)
    _, untested = judged(MASK, DENSE, only="g5")
    assert untested["g5_7"].endswith("cycles: 7}")


NOISE = [
    DENSE,
    dense([80, 85, 83, 82], "noisy"),
    dense_long(78, "noisy"),
    MASK,
    cyclic("erk", 0.2, [80, 90, 95, 96]),
    cyclic("erk", 0.05, [70, 80, 84, 85], "noisy", spread=2.0),
    cyclic("erk", 0.2, [75, 82, 86, 87], "noisy"),
    cyclic("snip", 0.05, [99, 99, 99, 99], "noisy"),
]


def test_under_noise_random_masks_are_held_against_the_dense_network():
    found, _ = judged(*NOISE, only="g9")
    assert cells(found["g9"]) == [("erk", 0.2, 5.0), ("erk", 0.05, 3.0)]
    assert said(found["g9"]) == expected(4.0, 0.5)
    assert said(found["g9_one"]) == expected(6.0, 0.5) and said(found["g9_long"]) == expected(8.0, 0.5)
    assert said(found["g9_clean"]) == expected(-2.5, 0.0)
    assert cells(found["g9_interaction"]) == [("erk", 0.2, 6.5), ("erk", 0.05, 6.5)]
    assert said(found["g9_interaction"]) == expected(6.5, 0.5)
    assert {claim["family"] for id_, claim in found.items() if id_.startswith("g9")} == {"figure 9"}


def test_the_control_without_noise_takes_the_cells_that_noise_has():
    more = cyclic("erk", 0.01, [10, 10, 10, 10])
    assert cells(judged(*NOISE, more, only="g9")[0]["g9_clean"]) == cells(judged(*NOISE, only="g9")[0]["g9_clean"])
    fewer = [part for part in NOISE if part is not MASK]
    assert cells(judged(*fewer, only="g9")[0]["g9_interaction"]) == [("erk", 0.2, 6.5)]


def test_what_noise_lacks_is_told():
    _, untested = judged(DENSE, MASK, only="g9")
    assert "variant: noisy} - {method: dense, cycles: " in untested["g9"]
    _, untested = judged(*NOISE[3:], only="g9")
    assert "{method: dense, cycles: 4, variant: noisy}" in untested["g9"]
    assert "{method: dense_long, variant: noisy}" in untested["g9_long"]
    assert "g9_clean" in untested and "g9_interaction" in untested


WHOLE = [*SCHEDULES, *NOISE[1:3], *NOISE[4:], ladder("lrr", {0.5: 95, 0.2: 97}), ladder("wr", {0.5: 93, 0.2: 94})]


@pytest.fixture(scope="module")
def found():
    """The claims of the whole study."""
    return judged(*WHOLE)[0]


def test_what_belongs_to_none_of_the_runs_changes_no_claim(found):
    beside = [
        cyclic("erk", 0.05, [1, 1, 1, 1], transform="random_signs"),
        cyclic("erk", 0.05, [1, 1, 1, 1], "repeat"),
        cycle("coupled/erk_0.05/warm_up", 4, 4, 1, 0.05, method="cyclic", mask="erk", weights="warm_up"),
        cyclic("erk", 0.01, [1, 1, 1], result=False),
        dense([1, 1, 1, 1], "repeat"),
    ]
    shuffled = pd.concat([*WHOLE, *beside], ignore_index=True).sample(frac=1, random_state=0)
    assert judged(shuffled)[0] == found


def test_one_seed_gives_no_interval_and_no_verdict(found):
    of_one, _ = judged(*(part[part["seed"] == 0] for part in WHOLE))
    assert of_one.keys() == found.keys()
    for claim in of_one.values():
        assert claim["ci_low"] is None and claim["p"] is None and claim["verdict"] == "inconclusive"


def test_p_is_corrected_within_the_figure(found):
    figure_2 = [claim for claim in found.values() if claim["family"] == "figure 2"]
    assert len(figure_2) == 15
    corrected = holm([claim["p"] for claim in figure_2])
    assert [claim["p_holm"] for claim in figure_2] == pytest.approx(corrected, rel=1e-3)


def test_an_empty_experiment_is_untested_without_a_fault():
    found, untested = judged(DENSE[:0])
    assert found == {} and untested
    found, untested = judged(cycle("masks/erk_0.05", 1, 1, 50, 0.05, method="other", mask="erk"))
    assert found == {} and {"g1", "g1b", "g2", "g3_dense", "g3_sparse", "g4", "g5", "g9"} <= untested.keys()
