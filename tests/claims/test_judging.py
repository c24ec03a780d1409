"""The list of claims as a whole: its order, its numbers, and what never enters it."""

import io
import json

import numpy as np
import pandas as pd
from synthetic import evaluate, grid, judged, reason, run, untested


def test_what_is_chosen_does_not_depend_on_the_test_split():
    summary = grid()
    scopes = [claim["scope"] for claim in judged(summary)[0]]
    for seed in range(5):
        shuffled = np.random.default_rng(seed).permutation(summary["test_accuracy"])
        # c2 leaves the list where the shuffled LRR is behind cyclic training.
        found = [claim["scope"] for claim in judged(summary.assign(test_accuracy=shuffled))[0]]
        assert [scope for scope in scopes if scope in found or not scope.startswith("percent")] == found


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
    assert ids == "a b c1 c2 c3 d_epochs_0.05 e"
    assert reason("a", cyclic, lrr).endswith("cyclic and single share no mask and density with every seed")
    assert reason("b", cyclic, lrr).endswith("cyclic and LRR share no mask and density of at most 0.02 with every seed")
    assert reason("d_epochs_0.05", cyclic, lrr).endswith("no run with every seed is cheaper than LRR")
    assert reason("d_flops", cyclic).endswith("LRR has no run with every seed")
    assert evaluate(cyclic.iloc[:0]) == {}
