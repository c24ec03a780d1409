"""Claims h1 to h6, on tables where their answers are known."""

import io
import json

import numpy as np
import pandas as pd
import pytest
from hardware_tables import FRAMES, NETWORKS, aligned, change, hardware, profiles, tables

from sculpt.core.kinds import CLAIMS
from sculpt.statistics.judgement.judging import judge
from sculpt.statistics.judgement.terminal import table as on_terminal
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import estimate
from sculpt.studies.hardware.words import FAMILY, FLIPS, NO_FLOOR

EXPLAIN = ("gradient", "eigenvalue", "distance", "closeness", "margin")
NAMES = [name for name in CLAIMS.names if ".studies.hardware." in CLAIMS.module(name)]


def judged(given: Tables, *only: str):
    """Of the modules with these IDs, or of all."""
    names = [name for name in NAMES if not only or CLAIMS.constant(name, "ID") in only]
    claims, untested = judge(names, given)
    return {claim["id"]: claim for claim in claims}, untested


@pytest.fixture(scope="module")
def found():
    claims, untested = judged(tables())
    assert untested == []
    return claims


def numbers(claim):
    return claim["effect"], claim["ci_low"], claim["ci_high"], claim["verdict"]


def expected(values, verdict):
    low, high = estimate(np.array(values, float)).interval()
    return round(float(np.mean(values)), 4), round(low, 4), round(high, 4), verdict


def test_all_are_one_family_and_say_whose_they_are(found):
    assert list(found) == [
        *("h1", "h1_seed", "h2", "h3", "h4", "h4_seed"),
        *(f"h5_{what}{control}" for what in EXPLAIN for control in ("", "_seed")),
        *("h6_violation", "h6_seed", "h6_accuracy"),
    ]
    for claim in found.values():
        assert claim["family"] == FAMILY and claim["source"].startswith("ours") and claim["p_holm"] >= claim["p"]
        assert claim["n_seeds"] == 3 and claim["covers"] == "seeds"
        said = " ".join(claim["caveats"])
        assert "one split" in said and "500 test images in groups of 100 to 200" in said and "hardware" in said


def test_flips_are_counted_against_both_controls(found):
    """bfloat16 flips 1 of 200 and 2 of 100 images, the kernels none; another seed 4 and 8."""
    assert numbers(found["h1"]) == expected([0.3] * 3, "supported")
    assert numbers(found["h1_seed"]) == expected([0.3 - 100 * 12 / 500] * 3, "contradicted")
    nothing = "changes nothing on this machine: reversed, two_threads; this machine has no CUDA device: tf32"
    assert nothing in found["h1"]["caveats"]


def test_flips_are_told_profile_by_profile(found):
    """One profile that flips supports the claim, so it says which, and how many of how many."""
    claim = found["h1"]
    assert "flips: bfloat16 45 of 7500; no effect: none of 7500 under profile kernels;" in claim["scope"]
    assert "under at least one other execution profile" in claim["statement"] and FLIPS in claim["caveats"]
    assert FLIPS not in found["h1_seed"]["caveats"]
    of_profiles = [(cell["mask"], cell["density"], cell["effect"]) for cell in claim["cells"]]
    assert of_profiles == [
        *(("kernels", density, 0.0) for density in (1.0, 0.1, 0.05)),
        *(("bfloat16", density, 0.6) for density in (1.0, 0.1, 0.05)),
    ]


def test_nothing_that_flips_is_no_effect_and_no_fault():
    def still(effect, profile, network, seed, group):
        return (0.0, 1e-7, 0) if effect == "evaluation" else change(effect, profile, network, seed, group)

    claims, _ = judged(tables(hardware=hardware(still)), "h1")
    assert numbers(claims["h1"]) == (0, 0, 0, "inconclusive") and claims["h1"]["p"] == 1
    assert "no effect: none of 15000 under profiles kernels, bfloat16" in claims["h1"]["scope"]
    assert "flips:" not in claims["h1"]["scope"]
    assert claims["h1_seed"]["verdict"] == "contradicted"
    assert "no effect" in on_terminal(list(claims.values()))
    json.dumps(list(claims.values()), allow_nan=False)


def test_violations_are_counted_against_the_repeat_and_against_another_seed(found):
    """2, 4 and 6 points for each of 11 fifths on average; nothing for the repeat, 10 for another seed."""
    mean = np.array([2, 4, 6]) * (1 + 2 + 3 + 2 + 3) / 5
    assert numbers(found["h2"]) == expected(mean, "inconclusive")
    assert numbers(found["h3"]) == expected(mean - 10, "inconclusive")
    assert [(cell["mask"], cell["density"], cell["effect"]) for cell in found["h2"]["cells"]] == [
        ("dense", 1.0, 4.0),
        *(("cyclic erk", 0.1, 8.0), ("lrr", 0.1, 8.0)),
        *(("cyclic erk", 0.05, 12.0), ("lrr", 0.05, 12.0)),
    ]


def test_a_floor_of_0_is_a_caveat(found):
    """Almost any change lies above it; the control with another seed has no such floor."""
    assert [id_ for id_, claim in found.items() if NO_FLOOR in claim["caveats"]] == ["h2", "h4"]

    def unsteady(effect, profile, network, seed, group):
        return (
            (0.1 * int(group), 0.0, 1) if effect == "training_repeat" else change(effect, profile, network, seed, group)
        )

    claims, _ = judged(tables(hardware=hardware(unsteady)), "h2", "h4")
    assert not any(NO_FLOOR in claim["caveats"] for claim in claims.values())


def near_chance(*networks):
    """The tables with validation accuracies of less than half of the dense network's 90 for some networks."""
    accuracies = {network.run: 44.0 for network in networks}
    ends = FRAMES["summary"]
    validation = ends["val_accuracy"].where(ends["variant"].notna(), ends["run"].map(accuracies).fillna(90.0))
    return tables(summary=ends.assign(val_accuracy=validation))


def test_networks_near_chance_are_left_out_of_means_named_and_marked(found):
    """Of dense 2, 4, 6 points for each of (1 + 2 + 2 + 3) quarters without the third cyclic network."""
    claims, untested = judged(near_chance(NETWORKS[2]), "h2", "h3", "h4", "h5")
    assert untested == []
    mean = np.array([2, 4, 6]) * (1 + 2 + 2 + 3) / 4
    assert numbers(claims["h2"]) == expected(mean, "inconclusive")
    assert numbers(claims["h3"]) == expected(mean - 10, "inconclusive")
    assert numbers(claims["h4"]) == expected(np.array([2, 4, 6]) * ((2 + 2 + 3) / 3 - 1), "inconclusive")
    for id_, claim in claims.items():
        assert "cyclic erk at 0.1; " in claim["scope"] and "0.1, 0.05" not in claim["scope"].partition("lrr")[0]
        assert any(
            "left out of the mean: " in said and "(90.0 %): cyclic erk at 0.05 (44.0 %)" in said
            for said in claim["caveats"]
        )
        cells = {(cell["mask"].replace(" (left out)", ""), cell["density"]): cell for cell in claim["cells"]}
        before = {(cell["mask"], cell["density"]): cell for cell in found[id_]["cells"]}
        assert cells["cyclic erk", 0.05]["mask"] == "cyclic erk (left out)"
        assert {of: cell["effect"] for of, cell in cells.items()} == {of: cell["effect"] for of, cell in before.items()}


def test_half_of_the_dense_accuracy_is_enough():
    ends = FRAMES["summary"].assign(val_accuracy=90.0)
    half = ends.assign(val_accuracy=ends["val_accuracy"].where(ends["method"] == "dense", 45.0))
    claims, _ = judged(tables(summary=half), "h2")
    assert not any("left out" in said for said in claims["h2"]["caveats"])


def test_no_sparse_network_is_accurate_enough():
    claims, untested = judged(near_chance(*NETWORKS[1:]), "h2", "h4")
    assert list(claims) == ["h2"] and [line.partition(" ")[0] for line in untested] == ["h4", "h4_seed"]
    assert "half as accurate" in untested[0]


def test_sparse_networks_are_compared_with_the_dense_one_beyond_each_control():
    def twice_for_seeds(effect, profile, network, seed, group):
        points, nats, flips = change(effect, profile, network, seed, group)
        return (points if effect != "seed" or network.density == 1 else 2 * points), nats, flips

    claims, _ = judged(tables(hardware=hardware(twice_for_seeds)), "h4")
    sparser = np.array([2, 4, 6]) * ((2 + 3 + 2 + 3) / 4 - 1)
    assert numbers(claims["h4"]) == expected(sparser, "inconclusive")
    assert numbers(claims["h4_seed"]) == expected(sparser - 10, "inconclusive")


def test_rank_correlations_have_the_sign_that_is_expected(found):
    for what in EXPLAIN:
        assert numbers(found[f"h5_{what}"]) == (1, 1, 1, "supported")
        assert numbers(found[f"h5_{what}_seed"]) == (0, 0, 0, "inconclusive"), "another seed changes the same groups"
        assert "repeat of training: changes nothing" in found[f"h5_{what}"]["scope"]


def test_the_weight_is_chosen_on_validation_and_judged_on_test(found):
    """Weight 0.1 halves the changes and costs nothing; a change of seed is not touched."""
    halved = np.array([6, 12, 18]) / 2
    assert numbers(found["h6_violation"]) == expected(halved, "inconclusive")
    assert numbers(found["h6_seed"]) == expected(halved, "inconclusive")
    accuracy = found["h6_accuracy"]
    assert (
        accuracy["threshold"] == -1
        and "weight 0.1; mean over profile reversed and networks cyclic erk at 0.05" in accuracy["scope"]
    )
    # Of 500 images 200 lose 3 (seed + 1) points and 100 lose 6; half of it is gained back, and half of the networks.
    assert numbers(accuracy) == expected([0.6, 1.2, 1.8], "supported")


def test_the_margin_is_the_section_claims_own():
    given = Tables(FRAMES, settings={"margin": 20.0})
    claims, _ = judged(given, "h6")
    assert claims["h6_accuracy"]["threshold"] == -20 and "weight 1;" in claims["h6_accuracy"]["scope"]
    assert "costs no more than 20 points" in claims["h6_accuracy"]["statement"]


def test_a_network_without_every_weight_is_no_part_of_the_choice(found):
    more = pd.concat([FRAMES["hardware"], pd.DataFrame(aligned(0.1, "reversed", 3.0, network=NETWORKS[0]))])
    assert judged(tables(hardware=more), "h6")[0]["h6_violation"]["effect"] == found["h6_violation"]["effect"]


def test_one_line_for_each_module_where_the_tables_are_missing():
    claims, untested = judged(Tables({"summary": FRAMES["summary"]}))
    assert claims == {} and [line.partition(" ")[0] for line in untested] == ["h1", "h2", "h3", "h4", "h5", "h6"]


def test_one_line_for_each_module_where_nothing_was_trained_under_a_profile():
    """As in the default experiment, which evaluates alone."""
    table = FRAMES["hardware"]
    claims, untested = judged(tables(hardware=table[~table["effect"].str.startswith("training")]))
    assert list(claims) == ["h1", "h1_seed"]
    assert [line.partition(" ")[0] for line in untested] == ["h2", "h3", "h4", "h5", "h6"]


def test_no_profile_with_an_effect_is_told():
    known = profiles().assign(inference_differs=False, training_differs=False)
    claims, untested = judged(tables(profiles=known))
    assert claims == {} and untested[0].startswith("h1 (") and "no effect" in untested[0] and len(untested) == 6


def test_a_network_without_every_seed_is_left_out():
    table = FRAMES["hardware"]
    some = table[~((table["variant"] == "reversed") & (table["method"] == "lrr") & (table["seed"] == 1))]
    claims, _ = judged(tables(hardware=some), "h2")
    assert claims["h2"]["n_seeds"] == 3 and claims["h2"]["cells"][2]["effect"] == 8


def test_one_seed_has_effects_and_no_interval():
    one = {name: table[table["seed"] == 0] if "seed" in table else table for name, table in FRAMES.items()}
    claims, _ = judged(Tables(one), "h2")
    assert claims["h2"]["ci_low"] is None and claims["h2"]["verdict"] == "inconclusive"


def test_without_a_dense_network_sparsity_is_not_judged():
    claims, untested = judged(tables(hardware=hardware(networks=NETWORKS[1:])), "h4")
    assert "h4" not in claims and [line.partition(" ")[0] for line in untested] == ["h4", "h4_seed"]


def test_few_images_are_a_caveat():
    table = FRAMES["hardware"]
    claims, _ = judged(tables(hardware=table.assign(few=table["group"] == "2")), "h2")
    assert "groups of fewer than 20 images: 2" in " ".join(claims["h2"]["caveats"])


def test_order_of_rows_and_csv_change_nothing(found):
    text = json.dumps(list(found.values()), allow_nan=False)
    stored = {name: pd.read_csv(io.StringIO(table.to_csv(index=False))) for name, table in FRAMES.items()}
    assert json.dumps(list(judged(Tables(stored))[0].values())) == text
