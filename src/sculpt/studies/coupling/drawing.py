"""What the figures of the study share: the looks of weights and masks, entries of legends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.plotting.looks import Look
from sculpt.studies.coupling.arms import FRESH, INITIAL, LRR, OTHER, RANDOM, SHUFFLED, WARM_UP, WR

if TYPE_CHECKING:
    from matplotlib.lines import Line2D

WEIGHTS = {
    FRESH: Look("fresh weights", "#D55E00", "o"),
    INITIAL: Look("initial weights", "#56B4E9", "D"),
    WARM_UP: Look("warm-up weights", "#0072B2", "s"),
}
MASKS = {LRR: "LRR", WR: "WR", OTHER: "other\nseed", SHUFFLED: "LRR\nshuffled", RANDOM: "random"}
"""The masks as labels of an axis, in its order."""


def entry(label: str, **drawing: Any) -> Line2D:
    """A legend entry, of no line where `drawing` has none."""
    from matplotlib.lines import Line2D

    return Line2D([], [], label=label, **{"linestyle": ""} | drawing)
