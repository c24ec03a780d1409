"""The sweep of the aligned loss: which variants belong together, and which weight validation chooses."""

import pandas as pd
import pytest
from hardware_tables import FRAMES, SWEPT, aligned, hardware, tables

from sculpt.studies.hardware.pairs import is_aligned, read_name
from sculpt.studies.hardware.sweep import Chosen, chosen, sweep


def test_names_of_variants_are_read_in_one_way():
    assert [read_name(name) for name in ("aligned-0p3", "aligned-1-bfloat16", "aligned-0p1-isa-plain")] == [
        (0.3, None),
        (1.0, "bfloat16"),
        (0.1, "isa-plain"),
    ]
    others = ("bfloat16", "aligned", "aligned-much", "realigned-1", None, float("nan"))
    assert not any(map(is_aligned, others)) and is_aligned("aligned-3")


def test_every_weight_is_compared_with_itself_under_the_reference():
    """Under `reversed` the plain loss has violations of 6, 12 and 18; the weights a half and a quarter of that."""
    rows = sweep(tables())
    test = rows[rows["split"] == "test"]
    assert test.groupby("weight")["violation"].agg(list).to_dict() == {
        0.0: [6, 12, 18],
        0.1: [3, 6, 9],
        1.0: [1.5, 3, 4.5],
    }
    assert set(test["profiles"]) == {"reversed"} and set(test["target_density"]) == {SWEPT.density}


def test_a_variant_of_weight_0_may_be_of_effect_training():
    """It changes nothing but the profile where its settings are those of the plain loss."""
    table = FRAMES["hardware"]
    effect = table["effect"].where(~table["variant"].map(is_aligned), "training")
    assert sweep(tables(hardware=table.assign(effect=effect))).equals(sweep(tables()))


def test_a_change_of_seed_is_each_seed_beside_the_next():
    rows = sweep(tables())
    assert rows.groupby(["split", "weight"])["violation_seed"].agg(list).tolist() == [[0, 2, 2]] * 6


def test_accuracy_is_that_of_both_trainings():
    """Of 500 images 200, 200 and 100: groups 1 and 2 lose 1 and 2 points times 3 (seed + 1) under `reversed`."""
    rows = sweep(tables()).query("split == 'test' and weight == 0 and seed == 0")
    before = (200 * 80.5 + 200 * 78.5 + 100 * 76.5) / 500
    assert rows["accuracy"].item() == pytest.approx(before - (200 * 3 + 100 * 6) / 500 / 2)


def test_validation_chooses_the_lowest_violation_within_the_margin():
    rows = sweep(tables())
    assert chosen(rows, 2.0) == Chosen(0.1, True), "weight 1 costs 8 points"
    assert chosen(rows, 10.0) == Chosen(1.0, True)
    worse = rows.assign(accuracy=rows["accuracy"].where(rows["weight"] == 0, rows["accuracy"] - 5))
    assert chosen(worse, 2.0) == Chosen(0.1, False), "the most accurate where none is within the margin"
    test = rows["split"] == "test"
    assert chosen(rows.assign(violation=rows["violation"].where(~test, 0.0)), 2.0) == Chosen(0.1, True)


def test_a_weight_without_its_pair_or_without_the_plain_loss_is_no_part_of_the_sweep():
    table = FRAMES["hardware"]
    alone = tables(hardware=table[table["variant"] != "aligned-1"])
    assert set(sweep(alone)["weight"]) == {0.0, 0.1}
    assert sweep(tables(hardware=table[table["variant"] != "reversed"])).empty


def test_a_profile_that_changes_nothing_is_no_part_of_the_sweep():
    more = pd.concat([hardware(), pd.DataFrame(aligned("3", "two_threads", 1.0))])
    assert 3.0 not in set(sweep(tables(hardware=more))["weight"])


def test_without_aligned_variants_the_sweep_is_empty():
    table = FRAMES["hardware"]
    assert sweep(tables(hardware=table[~table["variant"].map(is_aligned)])).empty
