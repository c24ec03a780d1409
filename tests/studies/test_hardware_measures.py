"""Sensitivity, violation, gap and flips, on tables whose answers can be read off."""

import math

import pandas as pd
import pytest
from hardware_tables import FRAMES, GROUPS, NETWORKS, comparison

from sculpt.studies.hardware import measures

DENSE = NETWORKS[0]
CHANGES = {("0", 0): 1.0, ("1", 0): -2.0, ("2", 0): 0.5, ("0", 1): 3.0, ("1", 1): 0.0, ("2", 1): 0.5}
"""Points by which the error of a group grows, of seeds 0 and 1; seed 2 does not change."""


def by_hand(effect, profile, network, seed, group):
    points = CHANGES.get((group, seed), 0.0)
    return points, points / 100, int(2 * abs(points))


def rows(effect="training"):
    found = pd.DataFrame(comparison(effect, "bfloat16", "bfloat16", DENSE, by_hand))
    return measures.with_changes(found[found["split"] == "test"])


def test_changes_are_against_the_reference():
    found = rows().set_index(["group", "seed"])
    assert found.loc[("1", 0), "error_change"] == -2 and found.loc[("0", 1), "error_change"] == 3
    assert found.loc[("1", 0), "loss_change"] == -0.02
    assert found.loc[("0", 1), "flips_percent"] == 100 * 6 / 200
    assert found.loc[("all", 0), "flips_percent"] == 100 * (2 + 4 + 1) / 500


def test_sensitivity_is_signed_has_a_spread_and_a_mean_of_absolute_values():
    found = measures.sensitivity(rows(), "error_change").set_index("group")
    assert found["mean"].to_dict() == {
        "0": pytest.approx(4 / 3),
        "1": pytest.approx(-2 / 3),
        "2": pytest.approx(1 / 3),
        "all": pytest.approx(found.loc["all", "mean"]),
    }
    assert found.loc["1", "absolute"] == pytest.approx(2 / 3)
    assert found.loc["0", "sd"] == pytest.approx(math.sqrt(7 / 3)) and set(found["seeds"]) == {3}


def test_violation_is_the_largest_difference_of_two_groups():
    seeds = measures.violation_of_seeds(rows()).set_index("seed")["violation"]
    assert seeds.tolist() == [3.0, 3.0, 0.0]
    (found,) = measures.violation(rows()).to_dict("records")
    assert found["violation_mean"] == 2 and found["violation_sd"] == pytest.approx(math.sqrt(3))
    assert found["of_means"] == 2.0 and found["seeds"] == 3
    assert found["gap"] == pytest.approx((4.5 + 2.5 + 2) / 3) and found["gap_reference"] == pytest.approx(10 / 3)


def test_the_loss_has_a_violation_too():
    assert measures.violation_of_seeds(rows(), "loss_change")["violation"].tolist() == [0.03, 0.03, 0.0]


def test_a_change_of_seed_has_no_violation_of_means():
    (found,) = measures.violation(rows("seed")).to_dict("records")
    assert found["violation_mean"] == 2 and math.isnan(found["of_means"])


def test_all_images_are_no_group():
    found = rows()
    found.loc[found["group"] == "all", "error_change"] = 1000.0
    found.loc[found["group"] == "all", "accuracy"] = 0.0
    assert measures.violation_of_seeds(found)["violation"].max() == 3
    assert set(measures.of_groups(found)["group"]) == set(GROUPS)
    assert len(measures.of_all(found)) == 3
    assert measures.gap(found)["gap"].max() < 100


def test_numbers_as_names_of_groups_are_texts():
    assert set(measures.of_groups(rows().replace({"group": {"0": 0, "1": 1, "2": 2}}))["group"]) == set(GROUPS)


def test_gap_is_best_minus_worst_accuracy():
    """The reference has 90, 88, 86, then 91, 89, 87, then 92, 91, 90; the changes are taken off."""
    assert measures.gap(rows(), "accuracy_reference")["gap"].tolist() == [4.0, 4.0, 2.0]
    assert measures.gap(rows())["gap"].tolist() == [(88 + 2) - (86 - 0.5), 89 - (87 - 0.5), 2.0]


def test_a_group_of_few_images_is_kept_and_marked():
    few = rows()
    few["few"] = few["group"] == "1"
    assert measures.violation_of_seeds(few)["violation"].tolist() == [3.0, 3.0, 0.0]
    assert measures.violation_of_seeds(few)["few"].all() and not measures.violation_of_seeds(rows())["few"].any()
    marked = measures.sensitivity(few, "error_change").set_index("group")["few"]
    assert marked.to_dict() == {"0": False, "1": True, "2": False, "all": False}


def test_a_group_without_an_image_has_no_say():
    none = rows()
    gone = none["group"] == "1"
    none[["accuracy", "accuracy_reference", "error_change"]] = none[
        ["accuracy", "accuracy_reference", "error_change"]
    ].where(~gone)
    none["images"] = none["images"].where(~gone, 0)
    found = measures.violation_of_seeds(none)
    assert found["violation"].tolist() == [0.5, 2.5, 0.0] and set(found["groups"]) == {2}
    assert measures.with_changes(none.assign(flips=0)).loc[gone, "flips_percent"].isna().all()


def test_comparisons_do_not_mix():
    found = measures.violation(measures.with_changes(FRAMES["hardware"]))
    assert len(found) == len(found[measures.comparison(found)].drop_duplicates())
    of = found[(found["effect"] == "training") & (found["variant"] == "bfloat16") & (found["split"] == "test")]
    expected = [2 * 2 * 1, 2 * 2 * 2, 2 * 2 * 3, 2 * 2 * 2, 2 * 2 * 3]
    assert of["violation_mean"].tolist() == expected
    assert found[found["effect"] == "repeat"]["violation_mean"].eq(0).all()
