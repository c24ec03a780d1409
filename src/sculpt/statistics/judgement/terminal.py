"""The table of claims on a terminal."""

from __future__ import annotations

from collections import Counter
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # whoever only prints claims does without numpy
    from sculpt.statistics.judgement.verdict import Claim

VERDICTS = ("supported", "contradicted", "inconclusive")


def table(claims: list[Claim]) -> str:
    """The claims for a terminal, at most 110 columns: each statement, below it verdicts and scopes."""
    if not claims:
        return "No claim could be tested."
    cells = [(f"  {claim['id']}", claim["verdict"], _effect(claim)) for claim in claims]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines, statement = [], None
    for claim, row in zip(claims, cells, strict=True):
        if claim["statement"] != statement:
            statement = claim["statement"]
            lines.append(statement)
        head = "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) + "  "
        lines += wrap(claim["scope"], 110, initial_indent=head, subsequent_indent=" " * len(head))
    tally = Counter(claim["verdict"] for claim in claims)
    count = f"{len(claims)} claim{'s' if len(claims) > 1 else ''}"
    lines.append(f"{count}: " + ", ".join(f"{tally[verdict]} {verdict}" for verdict in VERDICTS))
    lines.append("Supported: the whole interval lies above 0 (c2: 100 percent, d: -1 point); contradicted: below.")
    if any(claim["ci_low"] is None for claim in claims):
        lines.append("[none]: one seed gives no interval, nor does a gap to LRR that may be 0 (c2).")
    note = "Effect [95% interval] in points of test accuracy, or in the unit that begins the scope; seeds: "
    return "\n".join([*lines, note + str(claims[0]["n_seeds"])])


def _effect(claim: Claim) -> str:
    bounds = "none" if claim["ci_low"] is None else f"{claim['ci_low']:.2f}, {claim['ci_high']:.2f}"
    return f"{claim['effect']:6.2f} [{bounds}]"
