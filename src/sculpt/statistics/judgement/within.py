"""How far a difference stays within a margin, as something that a claim can be judged by."""

from dataclasses import dataclass

from sculpt.statistics.two_way import Estimate, Interval


@dataclass(frozen=True)
class Within:
    """The margin minus the distance of a difference from 0, in the unit of both. A definition of this project.

    Its whole 95 % interval lies above 0 where that of the difference lies within the margin on both sides, which shows
    that the two are equivalent: two one-sided tests (Schuirmann 1987), each at 2.5 %. Below 0: they differ by more.
    """

    found: Estimate
    margin: float

    @property
    def effect(self) -> float:
        return self.margin - abs(self.found.effect)

    @property
    def seeds(self) -> int:
        return self.found.seeds

    @property
    def images(self) -> int | None:
        return self.found.images

    def interval(self) -> Interval:
        if (interval := self.found.interval()) is None:
            return None
        low, high = interval
        nearest = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
        return self.margin - max(abs(low), abs(high)), self.margin - nearest

    def p(self, at: float = 0.0) -> float | None:
        """Of the two-sided test that the distance is `margin` - `at`: small where it is shown to be less, or more."""
        limit = self.margin - at
        above, below = self.found.p_above(-limit), self.found.p_below(limit)
        if above is None or below is None:
            return None
        less, more = max(above, below), min(1 - above, 1 - below)
        return min(1.0, 2 * min(less, more))
