"""The claims on signs, on tables where their answers are known."""

import pytest
from signs_tables import NOISE, one_neuron, signs, summary, tables

from sculpt.core.kinds import CLAIMS
from sculpt.statistics.judgement.judging import judge
from sculpt.statistics.judgement.terminal import table
from sculpt.statistics.two_way import estimate

NAMES = ("signs_suffice", "signs_or_magnitudes", "signs_settle", "perturbed_signs", "one_neuron")
EVERY = [
    *("m1", "m2"),
    *("m3_random_signs", "m3_initial_signs", "m3_both_random", "m3_shuffled_signs"),
    *("m4_magnitudes", "m4_shuffled"),
    *("m5_lrr", "m5_pruned", "m5_imp", "m5_cyclic", "m6", "m7", "m8", "m_neuron"),
]


def claims(**frames) -> dict[str, dict]:
    found, untested = judge(NAMES, tables(**frames))
    assert [line.partition(" ")[0] for line in untested] == [id for id in EVERY if id not in {c["id"] for c in found}]
    return {claim["id"]: claim for claim in found}


@pytest.fixture(scope="module")
def judged() -> dict[str, dict]:
    return claims()


def test_every_claim_is_judged_in_the_order_of_its_ids(judged):
    assert list(judged) == EVERY
    assert {claim["family"] for claim in judged.values()} == {"figure 8a", "arXiv 2402.19262"}


def test_signs_suffice_up_to_90_percent_and_fall_behind_beyond(judged):
    claim = judged["m1"]
    low, high = estimate([-1 + noise for noise in NOISE]).interval()
    assert (claim["effect"], claim["ci_low"], claim["ci_high"]) == (-1, round(low, 4), round(high, 4))
    assert claim["threshold"] == -2 and claim["verdict"] == "supported" and claim["non_inferiority"]["shown"]
    assert "not worse than LRR by 2 points" in claim["statement"]
    assert [(cell["mask"], cell["density"]) for cell in claim["cells"]] == [("lrr", 0.1)]
    assert claim["scope"] == "lrr at 0.1; unequal epochs (20 against 15); 1 times the FLOPs"
    beyond = judged["m2"]
    assert beyond["effect"] == 6 and beyond["verdict"] == "supported"
    assert [(cell["mask"], cell["density"]) for cell in beyond["cells"]] == [("lrr", 0.05)], "WR's arm has two cycles"


def test_the_terminal_tells_of_the_margin(judged):
    text = " ".join(table(list(judged.values())).split())
    assert "not shown to be equivalent within 2 (p 0.99" in text, "m4_magnitudes, three points behind"
    assert "1 times the FLOPs equivalent within 2 (p 0.007)" in text, "m1, one point behind"


def test_arms_are_compared_after_as_many_cycles(judged):
    claim = judged["m3_random_signs"]
    # After cycle 2: 88 - 84 + 2, 78 - 82, and on WR's mask 80 - 78: each accuracy is two points lower there.
    assert {(cell["mask"], cell["density"]): cell["effect"] for cell in claim["cells"]} == {
        ("lrr", 0.1): 6.0,
        ("lrr", 0.05): -4.0,
        ("wr", 0.05): 2.0,
    }
    assert claim["effect"] == pytest.approx(4 / 3, abs=1e-4)
    assert claim["scope"].endswith("after 2 cycles on the mask") and "equal epochs (20)" in claim["scope"]
    assert judged["m4_magnitudes"]["effect"] == -3 and "after 4 cycles" in judged["m4_magnitudes"]["scope"]
    assert judged["m4_magnitudes"]["verdict"] == "contradicted"
    assert (judged["m3_both_random"]["effect"], judged["m3_initial_signs"]["effect"]) == (-2, 4)
    assert (judged["m3_shuffled_signs"]["effect"], judged["m4_shuffled"]["effect"]) == (5, -1)


def test_arms_whose_batch_norm_differs_say_so(judged):
    said = {id for id, claim in judged.items() if any("batch norm" in line for line in claim["caveats"])}
    assert said == {"m3_initial_signs", "m3_both_random"}


def test_flips_are_compared_by_seed(judged):
    assert judged["m5_lrr"]["effect"] == pytest.approx(100 * (0.31 - 0.1))
    assert judged["m5_pruned"]["effect"] == pytest.approx(10)
    assert judged["m5_imp"]["effect"] == pytest.approx(17)
    assert judged["m5_cyclic"]["effect"] == pytest.approx(21)
    assert all(judged[id]["covers"] == "seeds" and judged[id]["n_seeds"] == 3 for id in ("m5_lrr", "m5_cyclic"))
    assert judged["m5_lrr"]["scope"].endswith("cycle 1 of lrr at 0.05 against cycle 4 of lrr at 0.05")
    assert judged["m5_cyclic"]["scope"].endswith("cycle 1 of cyclic, erk at 0.1 against cycle 4 of cyclic, erk at 0.1")


def test_a_cycle_without_flips_of_every_seed_is_told():
    rows = signs()
    lrr = rows["run"].str.contains("lrr") & (rows["cycle"] == 1) & (rows["seed"] == 2)
    assert {"m5_lrr"} == {*EVERY} - {*claims(signs=rows[~lrr])}


def test_what_perturbed_signs_cost(judged):
    assert judged["m6"]["effect"] == -0.25 and judged["m6"]["verdict"] == "supported"
    assert judged["m7"]["effect"] == 6 and judged["m7"]["verdict"] == "supported"
    assert judged["m8"]["effect"] == 5.75
    cells = [(cell["mask"], cell["density"], cell["effect"]) for cell in judged["m7"]["cells"]]
    assert cells == [("imp", 0.5, 4.0), ("imp", 0.1, 8.0)]
    assert "equal epochs" in judged["m6"]["scope"]
    assert "test accuracy: imp 91.0 %; imp, flipped, 85.0 %" in judged["m7"]["caveats"]


def test_the_neuron_learns_from_a_quarter_more_starts(judged):
    claim = judged["m_neuron"]
    assert (claim["effect"], claim["ci_low"], claim["ci_high"], claim["verdict"]) == (25, 25, 25, "supported")
    assert "24 of 24 starts end exactly as their signs say" in claim["scope"] and "IMP 0 of 6" in claim["scope"]
    assert not any("do not end" in line for line in claim["caveats"])
    lucky = claims(one_neuron=one_neuron(lucky=1))["m_neuron"]
    assert any("6 of 24 starts do not end as their signs say" in line for line in lucky["caveats"])
    assert lucky["effect"] == pytest.approx(0, abs=1e-9) and lucky["verdict"] == "inconclusive"


def test_without_their_runs_claims_say_which_entry_tests_them():
    rows = summary()
    bare = rows[rows["method"].isin(["cyclic", "dense"])]
    found, untested = judge(["signs_suffice", "signs_or_magnitudes", "perturbed_signs"], tables(summary=bare))
    assert not found and len(untested) == 11
    assert all("{method: " in line for line in untested)
    found, untested = judge(["signs_settle"], tables(summary=bare))
    assert [claim["id"] for claim in found] == ["m5_cyclic"] and len(untested) == 3
    assert all("{method: " in line for line in untested)


def test_one_seed_has_no_interval():
    frames = {name: frame[frame["seed"] == 1] for name, frame in (("summary", summary()), ("signs", signs()))}
    found = claims(**frames, one_neuron=one_neuron()[lambda rows: rows["seed"] == 1])
    assert list(found) == EVERY
    assert all(claim["verdict"] == "inconclusive" and claim["ci_low"] is None for claim in found.values())


def test_ids_are_those_of_the_modules():
    assert [CLAIMS.constant(name, "ID") for name in NAMES] == ["m1", "m3", "m5", "m6", "m_neuron"]
