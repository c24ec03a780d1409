"""The claims by their questions, and what could not be tested."""

from html import escape
from typing import Any

from sculpt.pipeline.run.console import counted
from sculpt.report.content.found import Found, lacking
from sculpt.report.html.text import prose
from sculpt.statistics.judgement import words
from sculpt.statistics.judgement.questions import VERDICTS, Question
from sculpt.statistics.judgement.untested import Untested


def claims(found: Found) -> str:
    """The answers at a glance, then each question with the claims behind it."""
    if not found.questions:
        return "<p>No claim could be tested.</p>"
    reading = "".join(f"<p>{prose(line)}</p>" for line in found.reading)
    caveats = "".join(f"<li>{prose(caveat)}.</li>" for caveat in found.caveats)
    notes = f"<summary>How to read the claims, and what they do not say</summary>{reading}<ul>{caveats}</ul>"
    return f"{_tally(found.questions)}<details>{notes}</details>{''.join(map(_question, found.questions))}"


def _tally(questions: list[Question]) -> str:
    counts = {verdict: sum(question.verdict == verdict for question in questions) for verdict in VERDICTS}
    chips = "".join(f"<li>{_chip(verdict)} {count}</li>" for verdict, count in counts.items() if count)
    return f'<ul class="tally" aria-label="answers">{chips}</ul>'


def _chip(verdict: str) -> str:
    return f'<span class="chip {verdict}">{verdict}</span>'


def _question(question: Question) -> str:
    behind = f"<summary>{counted(len(question.claims), 'claim')} behind this</summary>"
    behind += "".join(map(_claim, question.deciding))
    if question.beside:
        behind += f"<p>Beside it, deciding nothing:</p>{''.join(map(_claim, question.beside))}"
    return (
        f'<article class="question"><h3>{prose(question.text)} {_chip(question.verdict)}</h3>'
        f"<p>{prose(question.answer)}</p><details>{behind}</details></article>"
    )


def _claim(claim: dict[str, Any]) -> str:
    more = [claim["scope"], words.cells_in_words(claim), words.margin_in_words(claim), claim["source"]]
    return (
        f'<div class="claim"><p><b>{escape(claim["id"])}</b> {prose(claim["statement"])}</p>'
        f'<p class="facts">{prose(words.row(claim))}</p>'
        f'<p class="scope">{"<br>".join(prose(text) for text in more if text)}</p></div>'
    )


def untested(found: list[Untested]) -> str:
    """Each claim with the reason, and the lines of params.yaml that would test it."""
    if not found:
        return "<p>Every claim could be tested.</p>"
    by_question: dict[str, list[Untested]] = {}
    for one in found:
        by_question.setdefault(one.question or one.statement, []).append(one)
    inside = "".join(
        f"<h3>{prose(question)}</h3><ul>{''.join(map(_missing, of))}</ul>" for question, of in by_question.items()
    )
    return f"<details><summary>{counted(len(found), 'claim')} that other runs would test</summary>{inside}</details>"


def _missing(one: Untested) -> str:
    entry = f'<p>It would be tested with</p><pre tabindex="0">{escape(one.entry)}</pre>' if one.entry else ""
    return f"<li><b>{escape(one.id)}</b> {prose(lacking(one))}{entry}</li>"
