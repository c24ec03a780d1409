"""The list of claims as a whole: its order, its numbers, and what never enters it."""

import io
import json

import numpy as np
import pandas as pd
import pytest
from synthetic import bounds, evaluate, grid, judged, reason, run, untested

from sculpt.core.kinds import CLAIMS
from sculpt.statistics.judgement.judging import judge, needed
from sculpt.statistics.pooling import PoolingError
from sculpt.statistics.tables import Tables

OF_THE_GRID = [
    # As the claims were computed when one module held them all.
    ("a", 10.3944, 5.9483, 14.8404, "supported"),
    ("b", 7.6212, 0.2406, 15.0018, "supported"),
    ("c1", 8.161, 4.4392, 11.8828, "supported"),
    ("c2", 107.0821, 78.8112, 1854.0382, "inconclusive"),
    ("c3", 7.2175, -0.421, 14.856, "inconclusive"),
    ("d_epochs_0.05", -1.2465, -10.5543, 8.0613, "inconclusive"),
    ("d_epochs_0.01", 1.4083, -6.4303, 9.2468, "inconclusive"),
    ("d_flops_0.05", -1.2465, -10.5543, 8.0613, "inconclusive"),
    ("d_flops_0.01", 1.4083, -6.4303, 9.2468, "inconclusive"),
    ("e", -0.4905, -5.3058, 4.3249, "inconclusive"),
]


def test_what_is_chosen_does_not_depend_on_the_test_split():
    summary = grid()
    scopes = [claim["scope"] for claim in judged(summary)[0]]
    for seed in range(5):
        shuffled = np.random.default_rng(seed).permutation(summary["test_accuracy"])
        # c2 leaves the list where the shuffled LRR is behind cyclic training.
        found = [claim["scope"] for claim in judged(summary.assign(test_accuracy=shuffled))[0]]
        assert [scope for scope in scopes if scope in found] == found


def test_claims_depend_neither_on_the_order_of_rows_nor_on_csv():
    summary = grid()
    found = judged(summary)[0]
    ids = " ".join(claim["id"] for claim in found)
    assert ids == "a b c1 c2 c3 d_epochs_0.05 d_epochs_0.01 d_flops_0.05 d_flops_0.01 e"
    text = json.dumps(found, allow_nan=False)
    stored = pd.read_csv(io.StringIO(summary.to_csv(index=False)))
    assert json.dumps(judged(stored)[0]) == text
    for seed in range(3):
        assert json.dumps(judged(summary.sample(frac=1, random_state=seed))[0]) == text


def test_what_cannot_be_tested_says_why():
    cyclic, lrr = run("cyclic", [80, 82, 87], 0.05), run("lrr", [90, 91, 92], 0.05, epochs=20)
    assert evaluate(cyclic, lrr).keys() == {"d_flops_0.05"}
    ids = " ".join(line.partition(" ")[0] for line in untested(cyclic, lrr))
    assert ids == "a b b2 c1 c2 c3 c4 d_epochs_0.05 e"
    assert reason("a", cyclic, lrr).endswith("cyclic and single share no mask and density with every seed")
    shared = "cyclic and LRR share no mask and density of at most 0.02 with every seed"
    assert reason("b", cyclic, lrr).partition(";")[0].endswith(shared)
    assert reason("d_epochs_0.05", cyclic, lrr).partition(";")[0].endswith("no run with every seed is cheaper than LRR")
    assert reason("d_flops", cyclic).partition(";")[0].endswith("LRR has no run with every seed")
    assert evaluate(cyclic.iloc[:0]) == {}


def test_claims_come_to_what_they_always_came_to():
    found = judged(grid())[0]
    assert [(claim["id"], claim["effect"], *bounds(claim), claim["verdict"]) for claim in found] == OF_THE_GRID


@pytest.mark.parametrize("other", [{"variant": "noisy"}, {"transform": "shuffled"}, {"criterion": "snip"}])
def test_another_variant_transform_or_criterion_enters_no_claim(other):
    summary = grid()
    beside = [
        run(method, [99, 1, 50], density, start=start, **other)
        for density in (0.05, 0.01)
        for method, start in [("sculpt", 0.5), ("sculpt", 0.1), *((name, np.nan) for name in ("cyclic", "long", "lrr"))]
    ]
    assert judged(pd.concat([summary, *beside], ignore_index=True)) == judged(summary)


def test_a_side_with_two_rows_of_one_cell_and_seed_is_refused():
    twice = [run("cyclic", [80, 82, 87]), run("cyclic", [70, 72, 77], run="cyclic/again"), run("single", [1, 2, 3])]
    with pytest.raises(PoolingError, match=r"^a would average over run: cyclic/.*, cyclic/again$"):
        evaluate(*twice)


def test_a_side_with_two_starts_for_one_density_is_refused():
    starts = [run("sculpt", [80, 82, 87], start=start) for start in (0.5, 0.1)]
    with pytest.raises(PoolingError, match=r"^c1 would average over run: sculpt/.*_0\.1/.*, sculpt/.*_0\.5/"):
        evaluate(*starts, run("cyclic", [1, 2, 3]))


def test_a_method_that_the_claims_do_not_know_is_a_rival_of_lrr():
    new = run("single", [97, 97, 97]).assign(method="new", run="new/erk_0.01")
    found = evaluate(run("lrr", [90, 90, 90]), new, run("single", [97, 97, 97]).assign(train_flops=2e9, epochs=6))
    assert found["d_flops_0.01"]["scope"].startswith("density 0.01: new, erk, 1 cycle;")


def test_a_claim_whose_table_is_missing_or_empty_is_left_out():
    questions = [CLAIMS.constant(f"cyclic_beats_{name}", "QUESTION") for name in ("single", "long")]
    lines = zip(("a", "e"), questions, strict=True)
    expected = [], [f"{id_} ({question}): this experiment has no rows of summary" for id_, question in lines]
    for tables in (Tables({}), Tables({"summary": pd.DataFrame(columns=["run"])})):
        assert judge(["cyclic_beats_long", "cyclic_beats_single"], tables) == expected


@pytest.mark.parametrize("name", CLAIMS.names)
def test_every_claim_says_which_tables_it_reads(name):
    assert needed(name) and all(isinstance(table, str) for table in needed(name))
