"""Rates of work, from jobs that have run: least squares without negative rates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sculpt.pipeline.plan.work import Work

SWEEPS = 2000


def rates(rows: Sequence[tuple[tuple[float, ...], float]]) -> tuple[float, ...]:
    """One rate per term, none below 0, for which the terms times the rates come nearest to the seconds.

    rows: the terms of a job, and its seconds. Squares of seconds are summed, so that the sum over jobs comes out right.
    Where terms cannot be told apart, the last takes the whole.
    """
    size = len(rows[0][0])
    product = [[sum(terms[i] * terms[j] for terms, _ in rows) for j in range(size)] for i in range(size)]
    wanted = [sum(terms[i] * seconds for terms, seconds in rows) for i in range(size)]
    found = [0.0] * size
    for _ in range(SWEEPS if len(rows) > 1 else 1):
        for i in reversed(range(size)):
            rest = wanted[i] - sum(product[i][j] * found[j] for j in range(size) if j != i)
            found[i] = max(0.0, rest / product[i][i]) if product[i][i] else 0.0
    return tuple(found)


@dataclass
class Rates:
    """Rates by kind of work."""

    by_kind: dict[tuple[str, ...], tuple[float, ...]]

    @classmethod
    def of(cls, ran: Iterable[tuple[Work, float]]) -> "Rates":
        """From the work of jobs that have run, and the CPU seconds that each took."""
        rows: dict[tuple[str, ...], list[tuple[tuple[float, ...], float]]] = {}
        for work, seconds in ran:
            rows.setdefault(work.kind, []).append((work.terms, seconds))
        return cls({kind: rates(of_kind) for kind, of_kind in rows.items()})

    def seconds(self, work: Work) -> float | None:
        """CPU seconds of a job, None for a kind of work that these rates do not have."""
        rate = self.by_kind.get(work.kind)
        return None if rate is None else sum(a * b for a, b in zip(rate, work.terms, strict=True))

    def of_programs(self) -> "ProgramRates":
        """Rates of whole programs: the mean over their kinds."""
        rows: dict[str, list[tuple[float, ...]]] = {}
        for (program, *_), rate in self.by_kind.items():
            rows.setdefault(program, []).append(rate)
        return ProgramRates({(p,): tuple(sum(x) / len(x) for x in zip(*of, strict=True)) for p, of in rows.items()})


class ProgramRates(Rates):
    """Rates that tell no kinds of a program apart."""

    def seconds(self, work: Work) -> float | None:
        return super().seconds(Work(work.kind[:1], work.terms))
