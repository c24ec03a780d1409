"""Which runs an analysis chooses by methods, densities and ids, and which of these choose none."""

from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from sculpt.core.settings import Values
from sculpt.recipe.node import number
from sculpt.recipe.run import Run

_TELLS: dict[str, Callable[[Run], Any]] = {
    "methods": lambda run: run.labels["method"],
    "densities": lambda run: run.labels["target_density"],
    "runs": lambda run: run.id,
}
"""What each key of an analysis names of a run."""


def chosen(runs: Iterable[Run], analysis: Values) -> list[Run]:
    """The runs of the methods, densities and ids that an analysis names, without variants where it says so."""
    wanted = [(tells, analysis[key]) for key, tells in _TELLS.items() if analysis.get(key) is not None]
    runs = [run for run in runs if analysis.get("variants", True) or run.labels["variant"] is None]
    return [run for run in runs if all(tells(run) in values for tells, values in wanted)]


def unselected(runs: Iterable[Run], analysis: Values) -> Iterator[str]:
    """One line, if any, that names each method, density and id by which an analysis selects nothing.

    First those that no run has, then those that no run has together with the others; where nothing at all is selected,
    the second kind is not told.
    """
    yield from _lost([run for run in runs if run.reported], analysis)


def undrawn(runs: Iterable[Run], figure: Values) -> Iterator[str]:
    """One line, if any, that names each method by which a figure chooses no run; a run may be a mask alone."""
    yield from _lost(list(runs), {key: figure[key] for key in ("methods", "variants") if key in figure})


def _lost(runs: list[Run], analysis: Values) -> Iterator[str]:
    for some in (runs, chosen(runs, analysis)):
        lost, allowed = [], []
        for key, tells in _TELLS.items():
            there = list(dict.fromkeys(found for run in some if (found := tells(run)) is not None))
            if missing := [(i, value) for i, value in enumerate(analysis.get(key, ())) if value not in there]:
                lost += [f"{key}.{i}: {_text(value)} selects nothing{_nearest(value, there)}" for i, value in missing]
                allowed.append(", ".join(map(_text, there)))
        if some and lost:
            yield f"{', '.join(lost)}; allowed: {'; '.join(allowed)}"
            return


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else number(value)


def _nearest(value: str | float, there: list[Any]) -> str:
    """In brackets, since one line may name several."""
    if isinstance(value, str):
        close = get_close_matches(value, there, n=1, cutoff=0.5)
    else:
        close = sorted(there, key=lambda density: abs(density - value))[:1]
    return f" (nearest: {_text(close[0])})" if close else ""
