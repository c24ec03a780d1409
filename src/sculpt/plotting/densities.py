"""Whether an experiment has runs at the densities that a figure is to show."""

from collections.abc import Iterator, Sequence
from typing import Any

_OF_RESULTS = ("density", "densities", "targets", "ladder")
_OF_MASKS = ("density", "densities", "start")
_WITHOUT = ("dense", "dense_long", "masks", "coupled")
"""Methods of `experiment.runs` that train no sparse network, or are in no figure of the ordinary results."""


def refused(key: str, chosen: Sequence[float], there: set[float]) -> Iterator[str]:
    """A line for each chosen density where none of them is in `there`; none where that is empty, since it is not known.

    One that is there is enough: an experiment that is based on another takes over its figures, and may have fewer runs.
    """
    listed = ", ".join(map(str, sorted(there, reverse=True)))
    for place, density in enumerate(chosen):
        if there and there.isdisjoint(chosen):
            yield f"{key}.{place}: {density}; allowed: densities of runs that this figure shows: {listed}"


def of_results(experiment: Any, masks: int, without: Sequence[str] = ()) -> set[float]:
    """The densities of the results that a figure shows: of the first `masks` mask methods, and of runs without one.

    without: methods that the figure does not show. Empty where one of the other methods does not tell its densities.
    """
    runs = [run for run in experiment.runs if run.method not in _WITHOUT]
    first = list(dict.fromkeys(run.mask for run in runs if getattr(run, "mask", None)))[:masks]
    shown = [run for run in runs if run.method not in without and getattr(run, "mask", None) in (None, *first)]
    found = [_densities(run, _OF_RESULTS) for run in shown]
    return set().union(*found) if all(found) else set()


def of_masks(experiment: Any) -> set[float]:
    """The densities of the initial masks that an experiment draws."""
    drawing = [run for run in experiment.runs if getattr(run, "masks", None) or getattr(run, "mask", None)]
    return set().union(*(_densities(run, _OF_MASKS) for run in drawing))


def _densities(run: Any, keys: tuple[str, ...]) -> set[float]:
    values = [value for key in keys if (value := getattr(run, key, None)) is not None]
    return {density for value in values for density in ([value] if isinstance(value, float) else value)}
