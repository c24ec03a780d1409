"""The table of claims on a terminal."""

from __future__ import annotations

from collections import Counter
from textwrap import wrap
from typing import TYPE_CHECKING

from sculpt.statistics.judgement import words

if TYPE_CHECKING:  # whoever only prints claims does without numpy
    from sculpt.statistics.judgement.verdict import Claim

VERDICTS = ("supported", "contradicted", "inconclusive")
WIDTH = 110
_INDENT = " " * 6


def table(claims: list[Claim]) -> str:
    """The claims for a terminal, at most 110 columns: each statement, below it verdicts, scopes and cells.

    Below the table stands what verdicts do not say, once for all claims that it concerns.
    """
    if not claims:
        return "No claim could be tested."
    rows = [(f"  {claim['id']}", words.starred(claim), words.effect(claim), words.corrected(claim)) for claim in claims]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines, statement = [], None
    for claim, row in zip(claims, rows, strict=True):
        if claim["statement"] != statement:
            statement = claim["statement"]
            lines += wrap(statement, WIDTH)
        lines.append("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
        for text in (claim["scope"], words.cells_in_words(claim), words.margin_in_words(claim)):
            lines += wrap(text, WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT)
    tally = Counter(claim["verdict"] for claim in claims)
    count = f"{len(claims)} claim{'s' if len(claims) > 1 else ''}"
    lines.append(f"{count}: " + ", ".join(f"{tally[verdict]} {verdict}" for verdict in VERDICTS))
    lines += words.reading(claims)
    for caveat, ids in words.caveats(claims).items():
        lines += wrap(f"- {words.whose(ids, claims)}{caveat}.", WIDTH, subsequent_indent="  ")
    return "\n".join(lines)
