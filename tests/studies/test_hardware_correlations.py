"""Rank correlations over the groups of one network."""

import math

import pandas as pd
import pytest
from hardware_tables import FRAMES, tables
from scipy.stats import spearmanr

from sculpt.studies.hardware.correlations import correlations, explained, spearman
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


def rows():
    effect = trained(tables())
    return explained(effect.rows[effect.rows["split"] == "test"], tables())


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


def test_groups_with_names_are_numbered_in_the_order_of_hardware_csv():
    names = {"0": "young", "1": "old", "2": "older"}
    table = FRAMES["hardware"].replace({"group": names})
    effect = trained(tables(hardware=table))
    found = explained(effect.rows, tables(hardware=table))
    assert found.groupby("group")["boundary_distance"].unique().map(list).to_dict() == {
        "old": [3.0],
        "older": [2.0],
        "young": [4.0],
    }


def test_a_class_without_images_moves_no_other():
    table = FRAMES["hardware"]
    table = table[table["group"] != "0"]
    found = explained(trained(tables(hardware=table)).rows, tables(hardware=table))
    assert set(found.loc[found["group"] == "2", "boundary_distance"]) == {2.0}


def test_the_group_of_all_images_is_none():
    more = pd.concat([FRAMES["mechanism"], FRAMES["mechanism"].assign(group=99)])
    effect = trained(tables())
    assert len(explained(effect.rows, tables(mechanism=more))) == len(explained(effect.rows, tables()))
