"""What the study's claims and figures rest on: pairs, budgets and ranks."""

import numpy as np
import pandas as pd
import pytest
from pruned_once_tables import CYCLIC, LENGTHS, LRR, SCULPT, run, sculpt

from sculpt.statistics.pooling import PoolingError
from sculpt.studies.pruned_once.budgets import best_within
from sculpt.studies.pruned_once.pairs import CELL, STARTED, beside, where
from sculpt.studies.pruned_once.ranks import rank_correlations
from sculpt.studies.pruned_once.sides import cycles_of, cyclic, finished


def joined(*runs):
    return pd.concat(runs, ignore_index=True)


def test_lrr_stands_beside_each_mask_and_start_of_its_density():
    ours, theirs = beside(joined(*SCULPT), joined(*LRR[:6]), ["target_density"], "a test")
    assert len(ours) == len(SCULPT) * 3 and ours[[*STARTED, "seed"]].equals(theirs[[*STARTED, "seed"]])
    expected = {0.05: 96, 0.02: 92, 0.01: 88}
    assert (theirs["test_accuracy"] == theirs["target_density"].map(expected) + theirs["seed"]).all()


def test_only_what_both_sides_have_is_paired_and_in_one_order():
    ours = joined(sculpt(0.2, 0.02, 88), sculpt(0.2, 0.01, 78)).sample(frac=1, random_state=0)
    theirs = joined(run("cyclic", 0.02, 80))
    pair = beside(ours, theirs, CELL, "a test", densest=0.02)
    assert pair[0]["seed"].tolist() == pair[1]["seed"].tolist() == [0, 1, 2]
    assert (pair[0]["test_accuracy"] - pair[1]["test_accuracy"]).tolist() == [8.0, 8.0, 8.0]
    assert beside(ours, theirs, CELL, "a test", densest=0.01)[0].empty


def test_two_rows_of_one_cell_are_refused():
    theirs = run("cyclic", 0.02, 80)
    two = joined(sculpt(0.2, 0.02, 88), sculpt(0.2, 0.02, 91, 6))
    with pytest.raises(PoolingError, match="a test"):
        beside(two, theirs, CELL, "a test")
    with pytest.raises(PoolingError, match="a test"):
        beside(sculpt(0.2, 0.02, 88), joined(theirs, theirs), CELL, "a test")


def test_places_are_told_by_mask_start_and_target():
    rows = joined(*SCULPT[-3:], sculpt(0.5, 0.02, 80, mask="snip"), run("cyclic", 0.1, 80))
    assert [*where(rows)] == ["erk from 0.2 at 0.05, 0.02, 0.01", "snip from 0.5 at 0.02", "erk at 0.1"]


def test_a_budget_bounds_the_mean_flops_and_validation_chooses_within_it():
    candidates = joined(
        run("cyclic", 0.02, 99, cycle=1, val=60, flops=1e9, run="a"),
        run("cyclic", 0.02, 10, cycle=2, cycles=3, val=70, flops=2e9, run="b"),
        run("cyclic", 0.02, 50, cycle=3, val=90, flops=[2e9, 3e9, 4.1e9], run="b"),
    )
    budget = run("lrr", 0.02, 90, flops=3e9)
    found = best_within(candidates, budget, ["target_density"], "a test")
    assert found[["run", "cycle"]].drop_duplicates().to_numpy().tolist() == [["b", 2]] and len(found) == 3
    dearer = best_within(candidates, run("lrr", 0.02, 90, flops=[3e9, 3e9, 3.2e9]), ["target_density"], "a test")
    assert set(dearer["cycle"]) == {3}
    assert best_within(candidates, run("lrr", 0.02, 90, flops=5e8), ["target_density"], "a test").empty
    assert best_within(candidates, run("lrr", 0.01, 90, flops=9e9), ["target_density"], "a test").empty


def test_of_equals_within_a_budget_the_cheaper_is_chosen():
    dear, cheap = (run("cyclic", 0.02, 80, val=70, flops=flops, run=name) for flops, name in ((2e9, "a"), (1e9, "b")))
    found = best_within(joined(dear, cheap), run("lrr", 0.02, 90, flops=3e9), ["target_density"], "a test")
    assert set(found["run"]) == {"b"}


def test_cyclic_training_of_a_cycle_is_there_once_whoever_reports_it():
    rows = cyclic(joined(*CYCLIC))
    counts = rows.groupby("target_density")["cycle"].agg(["nunique", "size"])
    assert counts.to_numpy().tolist() == [[7, 21], [6, 18], [4, 12]]


def test_c_is_that_of_sculpt_without_a_length():
    assert cycles_of(joined(*LENGTHS, *SCULPT)) == 4
    assert cycles_of(joined(*LENGTHS)) is None and cycles_of(joined(*CYCLIC)) is None


def test_trunks_and_runs_that_lack_a_seed_are_not_finished():
    trunk = run("cyclic", 0.2, 80, result=False)
    part = run("cyclic", 0.1, 80).assign(val_accuracy=[1, np.nan, 1])
    assert set(finished(joined(trunk, part, run("cyclic", 0.02, 80)))["target_density"]) == {0.02}


def test_rank_correlations_are_spearmans_within_each_seed():
    seeds, x, y = [0] * 4 + [1] * 4, [1, 2, 3, 4] * 2, [10, 20, 40, 30, 4, 3, 2, 1]
    rows = pd.DataFrame({"cell": "a", "seed": seeds, "x": x, "y": y})
    found = rank_correlations(rows.sample(frac=1, random_state=0), ["cell"], "x", "y", 3)
    assert found["correlation"].round(9).tolist() == [0.8, -1.0] and found["seed"].tolist() == [0, 1]
    ties = rank_correlations(rows.assign(x=[5, 5, 7, 7] * 2), ["cell"], "x", "y", 3)
    # Ranks 1.5, 1.5, 3.5, 3.5 with 1, 2, 4, 3: 4 over the root of 4 times 5.
    assert ties["correlation"].round(9).tolist() == [round(4 / 20**0.5, 9), round(-4 / 20**0.5, 9)]


def test_a_place_with_too_few_rows_or_one_value_has_no_correlation():
    rows = pd.DataFrame({"cell": "a", "seed": 0, "x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 3.0]})
    assert len(rank_correlations(rows, ["cell"], "x", "y", 3)) == 1
    assert rank_correlations(rows, ["cell"], "x", "y", 4).empty
    assert rank_correlations(rows.assign(x=2.0), ["cell"], "x", "y", 3).empty
