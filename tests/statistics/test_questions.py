"""Questions and their plain answers, from claims made by hand."""

import pytest

from sculpt.core.kinds import CLAIMS
from sculpt.statistics.judgement.judging import judge
from sculpt.statistics.judgement.paper import ABSTRACT
from sculpt.statistics.judgement.questions import questions, tally

HELD = {"verdict": "supported", "effect": 3.0, "ci_low": 1.0, "ci_high": 5.0, "p_holm": 0.01}
FAILED = {"verdict": "contradicted", "effect": -3.0, "ci_low": -5.0, "ci_high": -1.0, "p_holm": 0.01}
LEFT = {"verdict": "inconclusive", "effect": 0.25, "ci_low": -1.0, "ci_high": 1.5, "p_holm": 0.6}
UNDONE = {**HELD, "p_holm": 0.05}


def claim(id_="a", question="Is it so?", family="figure 4", source="figure 4", **more):
    parts = {"statement": "It is so", "decides": True, "part": id_, "unit": "points of test accuracy"}
    return {
        "id": id_,
        "question": question,
        "source": source,
        "family": family,
        "threshold": 0.0,
        **parts,
        **HELD,
    } | more


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ([HELD], "yes"),
        ([HELD, HELD], "yes"),
        ([FAILED, FAILED], "no"),
        ([HELD, FAILED], "mixed"),
        ([HELD, LEFT], "mixed"),
        ([FAILED, LEFT], "mixed"),
        ([LEFT, LEFT], "open"),
        ([UNDONE], "open"),
        ([HELD, UNDONE], "mixed"),
    ],
)
def test_a_verdict_is_that_of_the_deciding_claims(outcomes, verdict):
    deciding = [claim(f"c{number}", **outcome) for number, outcome in enumerate(outcomes)]
    for control in (HELD, FAILED):
        (found,) = questions([claim("control", decides=False, **control), *deciding])
        assert (found.text, found.verdict) == ("Is it so?", verdict)
        assert found.deciding == deciding and [each["id"] for each in found.beside] == ["control"]


def test_nothing_that_decides_leaves_a_question_open():
    (found,) = questions([claim(decides=False)])
    assert found.verdict == "open" and found.answer.startswith("Open: nothing that decides it was tested")


@pytest.mark.parametrize(
    ("outcome", "answer"),
    [
        (HELD, "Yes, by 3.0 points of test accuracy (95 % interval 1.0 to 5.0)."),
        (FAILED, "No, the reverse, by 3.0 points of test accuracy (95 % interval 1.0 to 5.0)."),
        (LEFT, "Open: 0.2 points of test accuracy (95 % interval -1.0 to 1.5)."),
        (
            UNDONE,
            "Open: 3.0 points of test accuracy (95 % interval 1.0 to 5.0); "
            "not after the correction for several claims (p 0.050).",
        ),
        (
            {**HELD, "threshold": -2.0, "effect": -0.05, "ci_low": -1.0},
            "Yes: -0.05 points of test accuracy (95 % interval -1.0 to 5.0); more than -2 is asked.",
        ),
        (
            {**LEFT, "ci_low": None, "ci_high": None, "p_holm": None},
            "Open: 0.2 points of test accuracy; there is no interval.",
        ),
        ({**HELD, "unit": "nats"}, "Yes, by 3.0 nats (95 % interval 1.0 to 5.0)."),
    ],
)
def test_the_answer_to_one_claim(outcome, answer):
    assert questions([claim(part="", **outcome)])[0].answer == answer


def test_the_answer_to_several_claims_names_each_part():
    found = questions([claim("0.1", **LEFT), claim("0.05", **HELD), claim("0.01", **FAILED)])[0]
    assert found.answer == "Mixed; yes: 0.05 (3.0); no: 0.01 (-3.0); open: 0.1 (0.2); in points of test accuracy."
    found = questions([claim("x", threshold=-2.0), claim("y", threshold=-2.0)])[0]
    assert found.answer == "Yes, both: x (3.0), y (3.0); in points of test accuracy, where more than -2 is asked."
    found = questions([claim("x", unit="nats"), claim("y")])[0]
    assert found.answer == "Yes, both: x (3.0 nats), y (3.0 points of test accuracy)."


def test_the_abstract_comes_first_then_figures_controls_and_other_studies():
    given = [
        claim("1", "Other?", family="execution profiles", source="ours"),
        claim("2", "Control?", source="ours, the control of 3"),
        claim("3", "Figure?"),
        claim("4", "Abstract?", source=f"{ABSTRACT}; figure 4"),
        claim("5", "Figure?", decides=False, source=f"{ABSTRACT}"),
    ]
    found = questions(given)
    assert [question.text for question in found] == ["Abstract?", "Figure?", "Control?", "Other?"]
    assert sorted(each["id"] for question in found for each in question.claims) == list("12345")


def test_the_tally_counts_questions_and_claims_after_the_correction():
    given = [claim("1", "A?"), claim("2", "B?", **UNDONE), claim("3", "B?", **FAILED)]
    assert tally(questions(given)) == "2 questions: 1 yes, 1 mixed (3 claims: 1 supported, 1 contradicted, 1 open)"
    assert tally([]) == "0 questions: none (0 claims: none)"


def test_claims_of_a_module_without_a_question_ask_their_statement():
    old = {key: value for key, value in claim().items() if key not in ("question", "decides", "part", "unit")}
    (found,) = questions([old])
    assert (found.text, found.verdict) == ("It is so", "yes") and "3.0 points of test accuracy" in found.answer


@pytest.mark.parametrize("name", CLAIMS.names)
def test_every_claim_has_a_question_that_reads_as_one(name):
    question = CLAIMS.constant(name, "QUESTION")
    assert question is None or (question.endswith("?") and question[0].isupper())
    assert question or name == "cheaper_than_lrr"  # whose two sentences have one each


def test_what_a_module_returns_carries_its_question(monkeypatch):
    import pandas as pd

    from sculpt.statistics.tables import Tables

    empty = Tables({"summary": pd.DataFrame()})
    (line,) = judge(["cyclic_beats_long"], empty)[1]
    assert line.question == CLAIMS.constant("cyclic_beats_long", "QUESTION") and line.id == "e"
