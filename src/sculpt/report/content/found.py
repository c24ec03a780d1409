"""What an experiment asked and found: its questions, three sentences on them, and what it could not test."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sculpt.core.files import ArtifactError, read_json
from sculpt.pipeline.run.console import counted
from sculpt.plotting.looks import look_of
from sculpt.recipe.node import number
from sculpt.report.content.runs import headline
from sculpt.statistics.judgement import words
from sculpt.statistics.judgement.questions import VERDICTS, Question, questions
from sculpt.statistics.judgement.untested import Untested
from sculpt.statistics.results import compared

if TYPE_CHECKING:
    from pandas import DataFrame

    from sculpt.core.settings import Values


@dataclass(frozen=True)
class Found:
    """asked, answered, accuracies: a sentence each. reading: how to read claims; caveats: all, with whose they are."""

    asked: str
    answered: str
    accuracies: str
    questions: list[Question]
    untested: list[Untested]
    reading: list[str]
    caveats: list[str]

    @property
    def sentences(self) -> list[str]:
        return [sentence for sentence in (self.asked, self.answered, self.accuracies) if sentence]


def found(
    name: str,
    experiment: Values,
    images: int,
    summary: DataFrame,
    claims: list[dict[str, Any]],
    untested: list[Untested],
) -> Found:
    """images: of the training split."""
    grouped = questions(claims)
    return Found(
        asked=_asked(name, experiment, images, summary, grouped),
        answered=_answered(grouped),
        accuracies=_accuracies(summary),
        questions=grouped,
        untested=untested,
        reading=[line for line in words.reading(claims) if not line.startswith("- ")] if claims else [],
        caveats=[f"{words.whose(ids, claims)}{caveat}" for caveat, ids in words.caveats(claims).items()],
    )


def read_untested(path: Path) -> list[Untested]:
    """summary/untested.json. Raises ArtifactError where it is missing or unreadable."""
    try:
        return [Untested(**entry) for entry in read_json(path)]
    except TypeError:
        raise ArtifactError(f"{path}: unreadable: not a list of id, statement, reason, entry and question") from None


def lacking(one: Untested) -> str:
    """`statement: reason.`; a statement that asks, and so ends already, has no colon."""
    return f"{one.statement}{' ' if one.statement.endswith('?') else ': '}{one.reason}."


def _asked(name: str, experiment: Values, images: int, summary: DataFrame, grouped: list[Question]) -> str:
    data, model = experiment["data"], experiment["model"]
    width = f" of width {model['width']}" if "width" in model else ""
    methods = _listed([_named(method) for method in compared(summary)["method"].drop_duplicates()])
    seeds = experiment["seeds"]
    first = f", first: {_quoted(grouped[0].text)}" if grouped else ""
    return (
        f"The experiment {name} trains {model['name']}{width} on {images:,} images of {data['name']} "
        f"with {counted(seeds, 'seed')} ({methods}) and asks "
        f"{counted(len(grouped), 'question')}{first}."
    )


def _answered(grouped: list[Question]) -> str:
    if not grouped:
        return "No claim could be tested, so no question has an answer."
    count = Counter(question.verdict for question in grouped)
    parts = [f"{count[verdict]} {verdict}" for verdict in VERDICTS if count[verdict]]
    other = next((question for question in grouped if question.verdict != "yes"), None)
    told = f"; the first that is not yes: {_quoted(other.text)} {other.answer}" if other else "."
    return f"{counted(len(grouped), 'answer')}: {_listed(parts)}{told}"


def _accuracies(summary: DataFrame) -> str:
    """The mean test accuracy of each plain method at one density, the best first, and of the dense network."""
    told = headline(summary)
    if told is None:
        return ""
    density, means = told
    dense = means.pop("dense", None)
    best = sorted(means.items(), key=lambda item: -item[1])
    listed = _listed([f"{_named(method)} {mean:.1f} %" for method, mean in best])
    beside = f", beside {dense:.1f} % of the dense network" if dense is not None else ""
    return f"At density {number(density)}, the lowest that most methods share, mean test accuracy is {listed}{beside}."


def _listed(parts: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1]))) if parts else "none"


def _named(method: str) -> str:
    """The label of a method without a comma: `LRR (equal epochs)`."""
    first, _, rest = look_of(method).label.partition(", ")
    return f"{first} ({rest})" if rest else first


def _quoted(text: str) -> str:
    return f"“{text}”"
