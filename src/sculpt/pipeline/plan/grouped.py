"""The jobs that would run, in a screenful: by stage and by reason."""

from collections.abc import Iterable, Mapping, Sequence

from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.plan.predict import in_words
from sculpt.pipeline.plan.reasons import DEPENDENT, Cause, told
from sculpt.pipeline.plan.sizes import in_bytes
from sculpt.pipeline.plan.waiting import Waiting

LINES = 24
"""At most, beside the head."""
WIDTH = 120


def grouped(
    waiting: Sequence[Waiting], jobs: Iterable[Job], seconds: Mapping[str, float], sizes: Mapping[str, int]
) -> list[str]:
    """A table with one line per stage and reason, in the order of the recipe; the rarest reasons are only counted.

    jobs: of the experiment. seconds, sizes: CPU seconds and bytes of each waiting job, by its message.
    """
    rules = {job.message: job.rule for job in jobs}
    stages: dict[str, dict[str, list[Waiting]]] = {}
    for job in waiting:
        stages.setdefault(rules[job.message], {}).setdefault(_kind(job), []).append(job)
    shown = _shown(stages)
    lines = [f"{'stage':<12}{'jobs':>6}{'CPU':>13}{'disk':>10}  why"]
    for stage, kinds in stages.items():
        begins = f"{stage:<12}"
        for kind, found in sorted(kinds.items(), key=_most_first):
            if (stage, kind) in shown:
                lines.append(begins + _line(found, kind, seconds, sizes))
                begins = " " * 12
        if rest := [job for kind, found in kinds.items() if (stage, kind) not in shown for job in found]:
            few = f"{sum((stage, kind) not in shown for kind in kinds)} other reasons"
            lines.append(begins + _numbers(rest, seconds, sizes) + few)
    return lines


def _own(job: Waiting) -> list[Cause]:
    """Why it would run whatever the others do."""
    return [cause for cause in job.causes if cause.kind != DEPENDENT]


def _kind(job: Waiting) -> str:
    """The reasons of its own, without files; a job that has none waits for others."""
    return "; ".join(dict.fromkeys(cause.kind for cause in _own(job))) or DEPENDENT


def _most_first(item: tuple[str, list[Waiting]]) -> tuple[bool, int, str]:
    kind, found = item
    return kind == DEPENDENT, -len(found), kind


def _shown(stages: Mapping[str, Mapping[str, list[Waiting]]]) -> set[tuple[str, str]]:
    """The stages' reasons that have a line: the most frequent of each, then the most frequent of all."""
    ordered = {stage: sorted(kinds.items(), key=_most_first) for stage, kinds in stages.items()}
    first = {(stage, kinds[0][0]) for stage, kinds in ordered.items()}
    rest = [(-len(found), stage, kind) for stage, kinds in ordered.items() for kind, found in kinds[1:]]
    if len(first) + len(rest) <= LINES:
        return first | {(stage, kind) for _, stage, kind in rest}
    room = max(0, LINES - 2 * len(first))  # a stage may need one line more, for what is left out
    return first | {(stage, kind) for _, stage, kind in sorted(rest)[:room]}


def _line(found: list[Waiting], kind: str, seconds: Mapping[str, float], sizes: Mapping[str, int]) -> str:
    texts = {told(_own(job)) for job in found}
    text = texts.pop() or kind if len(texts) == 1 else kind
    room = WIDTH - len(f"{'':<12}{_numbers(found, seconds, sizes)}")
    return _numbers(found, seconds, sizes) + (text if len(text) <= room else f"{text[: room - 3]}...")


def _numbers(found: list[Waiting], seconds: Mapping[str, float], sizes: Mapping[str, int]) -> str:
    cpu, size = (sum(each[job.message] for job in found) for each in (seconds, sizes))
    return f"{len(found):>6,}{in_words(cpu):>13}{in_bytes(size):>10}  "
