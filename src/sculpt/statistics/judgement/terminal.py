"""The claims on a terminal: each question with its plain answer, below it the claims, and what was not tested."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from sculpt.statistics.judgement import words
from sculpt.statistics.judgement.questions import Question, questions, tally

if TYPE_CHECKING:  # whoever only prints claims does without numpy
    from sculpt.statistics.judgement.verdict import Claim

WIDTH = 110
_INDENT = " " * 6


def table(claims: list[Claim], untested: Sequence[dict[str, Any]] = ()) -> str:
    """The claims for a terminal, at most 110 columns. untested: the lines of untested.json.

    A question and its answer, the claims that decide it, and those beside it. Then what could not be tested, how to
    read it, and at the very end how many questions have which answer.
    """
    found = questions(claims)
    lines = [line for question in found for line in [*_question(question), ""]]
    lines += [*_untested(untested), ""] if untested else []
    if not claims:
        return "\n".join([*lines, "No claim could be tested."])
    return "\n".join([*lines, *(part for text in words.reading(claims) for part in wrap(text, WIDTH)), tally(found)])


def _question(question: Question) -> list[str]:
    lines = [*wrap(question.text, WIDTH), *_told(question.answer, "  ")]
    lines += _claims(question.deciding)
    if question.beside:
        lines += ["    Beside it, and deciding nothing:", *_claims(question.beside)]
    return lines


def _claims(claims: list[Claim]) -> list[str]:
    lines, statement = [], None
    for claim in claims:
        if claim["statement"] != statement:
            statement = claim["statement"]
            lines += _told(f"{statement}.", "    ")
        lines += _told(f"{claim['id']}: {words.row(claim)}", _INDENT)
        for text in (claim["scope"], words.cells_in_words(claim), words.margin_in_words(claim)):
            lines += _told(text, _INDENT + "  ")
    return lines


def _untested(lines: Sequence[dict[str, Any]]) -> list[str]:
    """By question; claims that the same entry would test stand together, with their reasons."""
    questions: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for line in lines:
        questions.setdefault(line["question"] or line["statement"], {}).setdefault(line["entry"], []).append(line)
    told = [f"Not tested: {len(lines)} claims. Where lines of params.yaml stand below a reason, they would test them."]
    for question, entries in questions.items():
        told += _told(question, "  ")
        for entry, of in entries.items():
            reasons = "; ".join(dict.fromkeys(line["reason"] for line in of))
            told += _told(f"{', '.join(line['id'] for line in of)}: {reasons}.", "    ")
            told += [part for line in entry.splitlines() for part in _of_yaml(line)]
    return told


def _of_yaml(line: str) -> list[str]:
    """A line of an entry; what continues it is indented, so that it stays one value."""
    indent = " " * (6 + len(line) - len(line.lstrip()))
    return wrap(line, WIDTH, initial_indent=_INDENT, subsequent_indent=f"{indent}    ", break_on_hyphens=False)


def _told(text: str, indent: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ")
