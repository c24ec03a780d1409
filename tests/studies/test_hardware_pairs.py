"""The sweep of the aligned loss: which variants belong together, and which weight validation chooses."""

import pandas as pd
import pytest
from hardware_tables import FRAMES, REFERENCE, SWEPT, aligned, comparison, hardware, tables

from sculpt.statistics.pooling import PoolingError
from sculpt.studies.hardware.sweep import Chosen, chosen, sweep


def test_nobody_reads_the_names_of_variants():
    table = FRAMES["hardware"]
    letters = {name: f"variant {place}" for place, name in enumerate(table["variant"].dropna().unique())}
    renamed = table.replace({"variant": letters})
    assert sweep(tables(hardware=renamed)).equals(sweep(tables())) and len(sweep(tables())) == 18
    named_alike = table.replace({"variant": {"repeat": "aligned-3", "bfloat16": "aligned-3-bfloat16"}})
    assert set(sweep(tables(hardware=named_alike))["weight"]) == {0.0, 0.1, 1.0}


def test_the_base_is_the_profile_of_the_plain_run_whatever_its_name():
    """Here `again` has the settings of the profile that plain runs train under."""
    table = FRAMES["hardware"]
    trained_there = table["effect"].isin(["training_repeat", "variant"]) & (table["profile"] == REFERENCE)
    again = table.assign(profile=table["profile"].where(~trained_there, "again"))
    assert sweep(tables(hardware=again)).equals(sweep(tables()))


def test_weight_0_is_the_plain_run_and_counts_once():
    more = pd.concat([FRAMES["hardware"], pd.DataFrame(aligned(0.0, "reversed", 1.0))])
    assert sweep(tables(hardware=more)).equals(sweep(tables()))


def test_two_variants_of_one_weight_and_profile_are_refused():
    """One of them changes more than the loss, which the table does not tell."""
    noisy = comparison("variant", "reversed", "noisy", SWEPT, weight=1.0)
    with pytest.raises(PoolingError, match="the sweep of the aligned loss would average over run: noisy/"):
        sweep(tables(hardware=pd.concat([FRAMES["hardware"], pd.DataFrame(noisy)])))


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
    alone = tables(hardware=table[table["variant"] != "strong"])
    assert set(sweep(alone)["weight"]) == {0.0, 0.1}
    assert sweep(tables(hardware=table[table["variant"] != "reversed"])).empty


def test_a_profile_that_changes_nothing_is_no_part_of_the_sweep():
    more = pd.concat([hardware(), pd.DataFrame(aligned(3.0, "two_threads", 1.0))])
    assert 3.0 not in set(sweep(tables(hardware=more))["weight"])


def test_without_aligned_variants_the_sweep_is_empty():
    table = FRAMES["hardware"]
    assert sweep(tables(hardware=table[table["weight"].isna()])).empty
