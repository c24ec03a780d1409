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
    """Those of one reason or one entry together, with the entry that would test them."""
    groups: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        groups.setdefault((line["reason"], line["entry"]), []).append(line["id"])
    told = [f"Not tested: {len(lines)} claims. In params.yaml, the lines below a reason would test them."]
    for (reason, entry), ids in groups.items():
        told += wrap(f"  {', '.join(ids)}: {reason}", WIDTH, subsequent_indent="    ")
        told += [f"    {line}" for line in entry.splitlines()]
    return told


def _told(text: str, indent: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ")
