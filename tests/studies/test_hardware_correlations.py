"""Rank correlations over the groups of one network."""

import math

import pandas as pd
import pytest
from hardware_tables import FRAMES, tables
from scipy.stats import spearmanr

from sculpt.studies.hardware.correlations import EXPLAINING, correlations, explained, spearman
from sculpt.studies.hardware.effects import trained


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        ([1, 2, 3], [10, 20, 21], 1.0),
        ([1, 2, 3], [5, 4, 1], -1.0),
        ([1, 2, 3, 4], [2, 1, 4, 3], 0.6),  # 1 - 6 * 4 / (4 * 15)
        ([1, 1, 2], [1, 2, 3], math.sqrt(3) / 2),
    ],
)
def test_spearman(x, y, expected):
    assert spearman(x, y) == pytest.approx(expected) == pytest.approx(spearmanr(x, y).statistic)


def test_a_constant_side_has_no_correlation():
    assert math.isnan(spearman([1, 2, 3], [4, 4, 4]))


def rows(**changed):
    given = tables(**changed)
    effect = trained(given)
    return explained(effect.rows[effect.rows["split"] == "test"], given)


def test_the_plain_network_explains_what_its_variants_change():
    found = rows()
    assert len(found) == 2 * 5 * 3 * 3, "profiles, networks, seeds, groups"
    sparse = found[(found["target_density"] == 0.05) & (found["group"] == "2")]
    assert set(sparse["gradient_norm"]) == {60.0} and set(sparse["boundary_distance"]) == {2.0}


def test_correlations_are_of_one_seed_and_network():
    assert correlations(rows(), "gradient_norm")["correlation"].eq(1).all()
    assert correlations(rows(), "boundary_distance")["correlation"].eq(-1).all()
    assert len(correlations(rows(), "eigenvalue")) == 2 * 5 * 3


def test_the_absolute_change_counts_and_two_groups_have_none():
    signed = rows().assign(error_change=lambda of: -of["error_change"])
    assert correlations(signed, "gradient_norm")["correlation"].eq(1).all()
    two = rows()[lambda of: of["group"] != "1"]
    assert correlations(two, "gradient_norm")["correlation"].isna().all()


@pytest.mark.parametrize("names", [("young", "old", "older"), ("1", "2", "3"), ("2", "1", "0")])
def test_groups_are_joined_by_number_whatever_their_names_and_order(names):
    table = FRAMES["hardware"].replace({"group": dict(zip("012", names, strict=True))})[::-1]
    effect = trained(tables(hardware=table))
    found = explained(effect.rows, tables(hardware=table))
    assert found.groupby("group")["boundary_distance"].unique().map(list).to_dict() == dict(
        zip(names, ([4.0], [3.0], [2.0]), strict=True)
    )


def test_a_group_with_training_images_only_moves_no_other_and_has_no_rank():
    """Group 0 has no image in a split: its row has no accuracy, and mechanism.csv nothing measured."""
    table, measured = FRAMES["hardware"], FRAMES["mechanism"]
    measures = ["accuracy", "accuracy_reference", "loss", "loss_reference"]
    none = table["group"] == "0"
    table = table.assign(images=table["images"].where(~none, 0), few=table["few"] | none)
    table[measures] = table[measures].where(~none)
    measured = measured.assign(images=measured["images"].where(measured["group"] != 0, 0))
    measured[[*EXPLAINING]] = measured[[*EXPLAINING]].where(measured["images"] > 0)
    found = rows(hardware=table, mechanism=measured)
    assert set(found.loc[found["group"] == "2", "boundary_distance"]) == {2.0}
    assert found.loc[found["group"] == "0", "boundary_distance"].isna().all()
    assert set(correlations(found, "boundary_distance")["groups"]) == {2}


def test_a_group_without_rows_moves_no_other():
    table = FRAMES["hardware"].replace({"group": {"0": "young", "1": "old", "2": "older"}})
    found = rows(hardware=table[table["group"] != "young"])
    assert set(found.loc[found["group"] == "older", "boundary_distance"]) == {2.0}


def test_a_distance_without_end_is_the_farthest():
    """No small step changes a decision there: group 0, which changes least, keeps its place in the ranks."""
    measured = FRAMES["mechanism"]
    endless = measured.assign(boundary_distance=measured["boundary_distance"].where(measured["group"] != 0))
    found = correlations(rows(mechanism=endless), "boundary_distance")
    assert found["correlation"].eq(-1).all() and set(found["groups"]) == {3}


def test_both_proxies_of_the_boundary_explain_with_their_sign():
    found = rows()
    assert correlations(found, "closeness")["correlation"].eq(1).all() and EXPLAINING["closeness"] == 1
    assert correlations(found, "margin")["correlation"].eq(-1).all() and EXPLAINING["margin"] == -1


def test_the_group_of_all_images_is_none():
    more = pd.concat([FRAMES["mechanism"], FRAMES["mechanism"].assign(group=99)])
    effect = trained(tables())
    assert len(explained(effect.rows, tables(mechanism=more))) == len(explained(effect.rows, tables()))
