"""Claims grouped by the question that they answer, each with a plain answer. A definition of this project.

A claim's module names its question and says which of its claims decide it; the others, above all controls, stand
beside. A deciding claim counts as yes where it is supported, as no where it is contradicted, and as open where it is
neither, or where its verdict does not survive the correction for several claims (Holm 1979). The question's verdict:

- yes: every deciding claim counts as yes;
- no: every one counts as no;
- open: none counts as yes or no, or nothing that decides was tested;
- mixed: anything else.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sculpt.statistics.judgement import answers
from sculpt.statistics.judgement.paper import ABSTRACT

if TYPE_CHECKING:  # whoever only prints claims does without numpy
    from sculpt.statistics.judgement.verdict import Claim

VERDICTS = ("yes", "no", "mixed", "open")


@dataclass(frozen=True)
class Question:
    """text: ends with a question mark. answer: one sentence, with numbers. verdict: of VERDICTS.

    claims: those of claims.json that name the question, the deciding ones first.
    """

    text: str
    answer: str
    verdict: str
    claims: list[Claim]

    @property
    def deciding(self) -> list[Claim]:
        return [claim for claim in self.claims if decides(claim)]

    @property
    def beside(self) -> list[Claim]:
        """Controls and others that decide nothing."""
        return [claim for claim in self.claims if not decides(claim)]


def questions(claims: list[Claim]) -> list[Question]:
    """Every claim in exactly one question: of the abstract first, then the paper's figures, controls, other studies.

    Within each of these, the order of claims.json. A claim that names no question is one of its own.
    """
    groups: dict[str, list[Claim]] = {}
    for claim in claims:
        groups.setdefault(claim.get("question") or claim["statement"], []).append(claim)
    found = [_question(text, sorted(of, key=lambda claim: not decides(claim))) for text, of in groups.items()]
    return sorted(found, key=lambda question: min(map(_rank, question.deciding or question.claims)))


def tally(found: list[Question]) -> str:
    """`12 questions: 5 yes, 3 no, 1 mixed, 3 open (49 claims: 20 supported, 9 contradicted, 20 open)`."""
    count = Counter(question.verdict for question in found)
    claims = [claim for question in found for claim in question.claims]
    outcomes = Counter(answers.outcome(claim) for claim in claims)
    of_claims = {"supported": outcomes["yes"], "contradicted": outcomes["no"], "open": outcomes["open"]}
    return (
        f"{_counted(len(found), 'question')}: {_listed({verdict: count[verdict] for verdict in VERDICTS})} "
        f"({_counted(len(claims), 'claim')}: {_listed(of_claims)})"
    )


def decides(claim: Claim) -> bool:
    return claim.get("decides", True)


def _question(text: str, claims: list[Claim]) -> Question:
    deciding = [claim for claim in claims if decides(claim)]
    verdict = _verdict([answers.outcome(claim) for claim in deciding])
    return Question(text, answers.answer(verdict, deciding), verdict, claims)


def _verdict(outcomes: list[str]) -> str:
    return outcomes[0] if len(set(outcomes)) == 1 else "mixed" if outcomes else "open"


def _rank(claim: Claim) -> int:
    """0: what the abstract says. 1: what a figure of the paper shows. 2: our controls beside one. 3: anything else."""
    if ABSTRACT in claim["source"]:
        return 0
    if not claim["family"].startswith("figure"):
        return 3
    return 2 if claim["source"].startswith("ours") else 1


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def _listed(counts: dict[str, int]) -> str:
    """Without those that are 0."""
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "none"
