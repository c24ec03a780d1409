"""A claim that the tables cannot test: why, and what would test it."""

from __future__ import annotations

from typing import Any


class Untested(str):
    """One line for a log, and its parts.

    id, statement: of the claim, or of all claims of a module that lacks a table. reason: why there is no verdict.
    entry: the lines of params.yaml that would test it, to be added to the experiment's own; empty where no edit does.
    question: which the claim answers.
    """

    id: str
    statement: str
    reason: str
    entry: str
    question: str

    def __new__(cls, id: str, statement: str, reason: str, entry: str = "", question: str = "") -> Untested:
        added = f"; tested with, in params.yaml, {' '.join(entry.split())}" if entry else ""
        self = super().__new__(cls, f"{id} ({statement}): {reason}{added}")
        self.id, self.statement, self.reason, self.entry, self.question = id, statement, reason, entry, question
        return self

    def as_json(self) -> dict[str, Any]:
        keys = ("id", "statement", "reason", "entry", "question")
        return {key: getattr(self, key) for key in keys}


def untested_of(line: str, question: str) -> Untested:
    """What a claim's module returned; a plain line of an older module is a reason without an entry."""
    if isinstance(line, Untested):
        return Untested(line.id, line.statement, line.reason, line.entry, line.question or question)
    head, _, reason = line.partition(": ")
    id_, _, statement = head.partition(" ")
    return Untested(id_, statement.strip("()"), reason, "", question)
