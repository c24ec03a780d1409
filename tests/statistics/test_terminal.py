"""Claims as a terminal shows them."""

from dataclasses import replace

import numpy as np

from sculpt.statistics.judgement.terminal import table
from sculpt.statistics.judgement.verdict import Sentence
from sculpt.statistics.two_way import Estimate, estimate

CHEAP = Sentence("d_epochs", "a paper", "A run chosen on validation costs fewer epochs than LRR")
WIDE = "; ".join(f"mask{n} at 0.1, 0.05, 0.02, 0.01 from 0.5" for n in range(9))
CELLS = [
    {"mask": mask, "density": density, "start": None, "effect": effect, "ci_low": 0.0, "ci_high": 9.0}
    for mask, density, effect in (("erk", 0.02, 13.14), ("erk", 0.01, 37.25), ("snip", 0.02, None))
]
REACHED = {"unit": "train_flops", "share": 0.5, "ci_low": 0.25, "ci_high": None, "run": "long, erk", "up_to": 0.75}


def judged(sentence, scope, effect, spread, **rest):
    """Of three seeds that lie `spread` apart."""
    claim = sentence.judged(scope, estimate(np.array([effect - spread, effect, effect + spread])), **rest)
    return {**claim, "p_holm": claim["p"]}


def cheap(density, effect, **more):
    margin = {"margin": 1.0, "equivalence": {"p": 0.25, "shown": False}, "cost_to_reach": {**REACHED, **more}}
    scope = f"density {density}"
    return judged(replace(CHEAP, id=f"d_epochs_{density}"), scope, effect, 0.4, threshold=-1.0, **margin)


CLAIMS = [
    judged(Sentence("a", "a paper", "Cyclic beats single"), WIDE, 10.25, 1.0, cells=CELLS, caveats=["first", "second"]),
    cheap(0.05, -8.0),
    cheap(0.01, -1.0, share=None, run=None),
]


def test_table_names_each_statement_once_and_fits_a_terminal():
    lines = table(CLAIMS).splitlines()
    assert max(map(len, lines)) <= 110
    for statement in {claim["statement"] for claim in CLAIMS}:
        assert lines.count(statement) == 1
    for claim in CLAIMS:
        (line,) = [line for line in lines if line.startswith(f"  {claim['id']} ")]
        shown = f"{claim['effect']:.2f} [{claim['ci_low']:.2f}, {claim['ci_high']:.2f}]"
        assert claim["verdict"] in line and shown in line and " p " in line
    assert "none]" not in table(CLAIMS) and "seeds: 3" in table(CLAIMS)


def test_table_counts_verdicts_and_names_thresholds():
    assert "\n3 claims: 1 supported, 1 contradicted, 1 inconclusive\n" in table(CLAIMS)
    assert "lies above 0 (d: -1); contradicted" in table(CLAIMS)
    assert "\n1 claim: 1 supported" in table(CLAIMS[:1]) and "lies above 0; contradicted" in table(CLAIMS[:1])
    assert table([]) == "No claim could be tested."


def test_one_seed_gives_no_bounds_of_the_cost_to_reach_an_accuracy():
    margin = {"margin": 1.0, "equivalence": {"p": None, "shown": False}}
    reached = {"cost_to_reach": {**REACHED, "ci_low": None}}
    one = CHEAP.judged("density 0.05", Estimate(3.0, None, None, 1, None), -1.0, **margin, **reached)
    shown = " ".join(table([{**one, "p_holm": None}]).split())
    assert "long, erk reaches LRR's accuracy at 0.50 of its FLOPs [none]" in shown and "> 0.75" not in shown


def test_table_says_why_there_is_no_interval():
    one = CHEAP.judged("density 0.05", Estimate(3.0, None, None, 1, None), -1.0)
    shown = table([{**one, "p_holm": None}])
    assert "[none]" in shown and shown.endswith("seeds: 1")
    assert shown.count("[none]: one seed gives no interval") == 1


def test_table_shows_the_cells_of_a_mean():
    shown = table(CLAIMS)
    assert shown.count("by cell: ") == 1
    assert "by cell: erk at 0.02: 13.1, at 0.01: 37.2; snip at 0.02: none\n" in shown
    assert "by cell" not in table([{**CLAIMS[0], "cells": CELLS[:1]}])


def test_table_says_at_what_cost_lrr_is_reached():
    shown = " ".join(table(CLAIMS).split())
    assert "not shown to be equivalent to LRR (p 0.250); long, erk reaches LRR's accuracy at 0.50 of its FLOPs" in shown
    assert "FLOPs [0.25, > 0.75] d_epochs_0.01" in shown
    assert "no run reaches LRR's accuracy at up to 0.75 of its FLOPs [0.25, > 0.75]" in shown


def test_a_verdict_that_the_correction_undoes_has_a_star():
    undone = [{**CLAIMS[0], "p_holm": 0.0500001}, {**CLAIMS[1], "p_holm": 0.04}, {**CLAIMS[2], "p_holm": 1.0}]
    shown = table(undone)
    assert "supported* " in shown and "contradicted  " in shown and "inconclusive*" not in shown
    assert shown.count("*: not after the correction for several claims") == 1
    assert "*" not in table(CLAIMS)


def test_each_caveat_stands_once_with_the_claims_that_it_concerns():
    every = [{**claim, "caveats": ["general", *claim["caveats"]]} for claim in CLAIMS]
    every = [{**claim, "caveats": [*claim["caveats"], *(["cheap"] if "d_" in claim["id"] else [])]} for claim in every]
    lines = table([*every, {**every[0], "id": "e", "caveats": ["general", "first"]}]).splitlines()
    assert lines[-4:] == ["- general.", "- all but d_epochs: first.", "- a: second.", "- d_epochs: cheap."]
    most = [
        {**claim, "id": id_, "caveats": ["most"] * (id_ != "f")} for claim, id_ in zip(every * 2, "bcef", strict=False)
    ]
    assert table(most).endswith("\n- all but f: most.")
