"""The tables of an experiment, as claims and figures read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sculpt.core.errors import SculptError
from sculpt.statistics import results

if TYPE_CHECKING:
    from pandas import DataFrame

    from sculpt.core.hits import Hits
    from sculpt.core.settings import Values


class NoTable(SculptError, AttributeError):
    """An experiment has no table of that name; the message says which it has."""


class Tables:
    """Data frames by the name of their table: `tables.summary` is summary.csv, `tables.overlap` is overlap.csv.

    summary: one row per (run, cycle, seed); accuracies in percent, epochs and FLOPs cumulative over all that the run
    took. history: one row per (run, node, seed, epoch); epochs cumulative, from 1. layers: one row per (run, seed,
    layer) of a run's initial mask, with the layer's size `weights` and how many of them are `kept`. published: what
    others have published (reference/published.csv). With the section `hardware` also hardware
    (`sculpt.statistics.comparison`) and profiles (`sculpt.statistics.machines`). Every other table is of the analysis
    whose label is its name.

    hits: which test images each node gets right, for each seed; None where the tables come without, and intervals then
    hold seeds alone. settings: the experiment's section `claims`.
    """

    def __init__(self, frames: Mapping[str, DataFrame], hits: Hits | None = None, settings: Values | None = None):
        self._frames = dict(frames)
        self.hits = hits
        self.settings = settings or {}

    def __getattr__(self, name: str) -> DataFrame:
        """Only asked for what is no attribute. Raises NoTable."""
        frames = self.__dict__.get("_frames", {})
        try:
            return frames[name]
        except KeyError:
            raise NoTable(f"there is no table {name}; there are {', '.join(sorted(frames)) or 'none'}") from None

    def __contains__(self, name: str) -> bool:
        return name in self._frames

    @property
    def compared(self) -> DataFrame:
        return results.compared(self.summary)

    @property
    def ends(self) -> DataFrame:
        return results.ends(self.summary)

    @property
    def results(self) -> DataFrame:
        """The ends of all ordinary runs, SCULPT only from the start that the validation split chose."""
        return results.ordinary(self.ends[self.ends["selected"].astype(bool)])
