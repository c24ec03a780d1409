"""Numbers in the findings of the study's figures: heights and ratios, which can be small."""

from sculpt.statistics.intervals import told
from sculpt.statistics.two_way import Interval


def in_words(mean: float, interval: Interval) -> str:
    """`1.30 [0.90, 1.70]`; `1.30 [one seed]` where there is no interval."""
    return told(mean, interval, _digits)


def _digits(value: float) -> str:
    """One decimal, two where the number is small; never -0."""
    decimals = 1 if abs(value) >= 10 else 2
    return f"{round(value, decimals) + 0.0:.{decimals}f}"
