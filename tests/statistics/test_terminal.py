"""Claims as a terminal shows them."""

from dataclasses import replace

import numpy as np
import yaml

from sculpt.statistics.judgement import words
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
        assert lines.count(f"    {statement}.") == 1
    shown = " ".join(table(CLAIMS).split())
    for claim in CLAIMS:
        effect = f"{claim['effect']:.2f} [{claim['ci_low']:.2f}, {claim['ci_high']:.2f}] points of test accuracy, p "
        verdict = claim["verdict"].replace("inconclusive", "open")
        assert f"{claim['id']}: {verdict}, {effect}" in shown
    assert "none]" not in shown and "Seeds: 3." in shown


def test_table_counts_questions_and_names_thresholds():
    shown = " ".join(table(CLAIMS).split())
    assert shown.endswith("2 questions: 1 yes, 1 mixed (3 claims: 1 supported, 1 contradicted, 1 open)")
    assert "lies above 0 (d: -1); contradicted" in shown
    one = " ".join(table(CLAIMS[:1]).split())
    assert one.endswith("1 question: 1 yes (1 claim: 1 supported)") and "lies above 0; contradicted" in one
    assert table([]) == "No claim could be tested."


def test_what_was_not_tested_stands_with_its_entry_and_fits_a_terminal():
    long = f"  - {{method: coupled, ladder: [{', '.join(['0.5'] * 40)}], variant: signs-flipped, targets: [0.05]}}"
    line = {"id": "j2", "statement": "s", "reason": "no such run", "entry": f"runs:\n{long}", "question": "Is it so?"}
    other = {**line, "id": "j3", "reason": "none either"}
    free = {**line, "id": "h2", "entry": "", "reason": "no such hardware"}
    lines = table(CLAIMS, [line, other, free]).splitlines()
    assert max(map(len, lines)) <= 110
    start = lines.index("  Is it so?")
    assert lines[start - 1].startswith("Not tested: 3 claims.")
    assert lines[start + 1 : start + 3] == ["    j2, j3: no such run; none either.", "      runs:"]
    end = lines.index("    h2: no such hardware.")
    assert yaml.safe_load("\n".join(lines[start + 2 : end])) == yaml.safe_load(line["entry"])


def test_one_seed_gives_no_bounds_of_the_cost_to_reach_an_accuracy():
    margin = {"margin": 1.0, "equivalence": {"p": None, "shown": False}}
    reached = {"cost_to_reach": {**REACHED, "ci_low": None}}
    one = CHEAP.judged("density 0.05", Estimate(3.0, None, None, 1, None), -1.0, **margin, **reached)
    shown = " ".join(table([{**one, "p_holm": None}]).split())
    assert "long, erk reaches LRR's accuracy at 0.50 of its FLOPs [none]" in shown and "> 0.75" not in shown


def test_table_says_why_there_is_no_interval():
    one = CHEAP.judged("density 0.05", Estimate(3.0, None, None, 1, None), -1.0)
    shown = table([{**one, "p_holm": None}])
    assert "[none]" in shown and "Seeds: 1." in shown
    assert shown.count("[none]: one seed gives no interval") == 1


def test_table_shows_the_cells_of_a_mean():
    shown = table(CLAIMS)
    assert shown.count("one by one: ") == 1
    assert "one by one: erk at 0.02: 13.1, at 0.01: 37.2; snip at 0.02: no gap to close\n" in shown
    assert "one by one" not in table([{**CLAIMS[0], "cells": CELLS[:1]}])


def test_table_says_at_what_cost_lrr_is_reached():
    shown = " ".join(table(CLAIMS).split())
    assert "not shown to be equivalent to LRR (p 0.250); long, erk reaches LRR's accuracy at 0.50 of its FLOPs" in shown
    assert "FLOPs [0.25, > 0.75] d_epochs_0.01:" in shown
    assert "no run reaches LRR's accuracy at up to 0.75 of its FLOPs [0.25, > 0.75]" in shown


def test_a_verdict_that_the_correction_undoes_is_open():
    undone = [{**CLAIMS[0], "p_holm": 0.0500001}, {**CLAIMS[1], "p_holm": 0.04}, {**CLAIMS[2], "p_holm": 1.0}]
    shown = " ".join(table(undone).split())
    assert "a: open (supported before the correction), 10.25" in shown and "d_epochs_0.05: contradicted," in shown
    assert "1 contradicted, 2 open)" in shown and "before the correction" not in table(CLAIMS)
    assert words.starred(undone[0]) == "supported*" and words.starred(undone[2]) == "inconclusive"


def test_a_caveat_of_most_claims_stands_once_and_others_are_counted():
    every = [{**claim, "caveats": ["general", *(["most"] if claim["id"] != "a" else [])]} for claim in CLAIMS]
    every[0]["caveats"] += ["first", "second"]
    lines = table(every).splitlines()
    assert lines[-4:-1] == [
        "- general.",
        "- most: most.",
        "- 2 caveats of single claims: in claims.json, and in the report.",
    ]
    assert words.caveats(every)["most"] == ["d_epochs_0.05", "d_epochs_0.01"]
    assert words.whose(["d_epochs_0.05", "d_epochs_0.01"], every) == "d_epochs: "
    assert words.whose(["a", "d_epochs_0.05", "d_epochs_0.01"], every) == ""
