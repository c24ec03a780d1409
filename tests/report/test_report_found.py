"""What a report says was asked and found."""

import json

import pytest
from made_up_report import CLAIMS, COST, EXPERIMENT, UNTESTED, claim, summary

from sculpt.core.files import ArtifactError
from sculpt.report.content.figures import caption
from sculpt.report.content.found import found, lacking, read_untested
from sculpt.statistics.judgement.untested import Untested


def told(claims, table=None):
    return found("made-up", EXPERIMENT, 1234, summary() if table is None else table, claims, UNTESTED)


def test_three_sentences_say_what_was_asked_and_found():
    asked, answered, accuracies = told(CLAIMS).sentences
    assert asked == (
        "The experiment made-up trains resnet20 of width 8 on 1,234 images of digits with 2 seeds (dense, cyclic, "
        "SCULPT and LRR) and asks 2 questions, first: “Does cyclic beat single?”."
    )
    assert answered.startswith("2 answers: 1 yes and 1 no; the first that is not yes: “Does SCULPT reach LRR?” No")
    assert accuracies == (
        "At density 0.1, the lowest that most methods share, mean test accuracy is LRR 94.0 %, SCULPT 91.0 % and "
        "cyclic 82.0 %, beside 97.0 % of the dense network."
    )


def test_without_claims_nothing_has_an_answer():
    assert told([]).answered == "No claim could be tested, so no question has an answer."
    assert told([]).questions == [] and told([]).reading == [] and told([]).caveats == []


def test_without_sparse_runs_there_is_no_sentence_on_accuracy():
    table = summary()
    assert len(told(CLAIMS, table[table["method"] == "dense"]).sentences) == 2


def test_a_caveat_is_told_once_with_the_claims_that_it_concerns():
    assert told([*CLAIMS, claim("c", "Another", caveats=["made up", "of its own"])]).caveats == [
        "made up",
        "c: of its own",
    ]


def test_what_was_not_tested_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "untested.json"
    path.write_text(json.dumps([one.as_json() for one in UNTESTED]))
    assert [one.as_json() for one in read_untested(path)] == [one.as_json() for one in UNTESTED]
    path.write_text('[{"id": "z"}]')
    with pytest.raises(ArtifactError, match=r"untested\.json: unreadable: not a list of id"):
        read_untested(path)


def test_a_caption_has_the_values_of_the_entry():
    entry = {"name": "accuracy_vs_cost", "densities": [0.05, 0.01]}
    assert "at the densities 0.05, 0.01, under" in caption(entry)
    assert "\n" not in caption(entry)


def test_a_statement_that_asks_has_no_colon_behind_it():
    assert lacking(Untested("b", "It helps", "no run")) == "It helps: no run."
    assert lacking(Untested("b", "Does it help?", "no run")) == "Does it help? no run."


def test_the_cost_says_how_many_logs_it_rests_on():
    assert COST.lines == [
        "6 networks, 60 epochs were trained; without shared beginnings they would be 90.",
        "1.5e+12 FLOPs of training, counting the weights that are kept.",
        "4 CPU seconds, by the logs of 1 of 3 jobs that are here.",
        "3 MB of results.",
    ]


def test_how_to_read_claims_leaves_caveats_to_their_own_list():
    assert told(CLAIMS).reading and not any("made up" in line or line.startswith("-") for line in told(CLAIMS).reading)
