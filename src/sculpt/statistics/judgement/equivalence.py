"""Whether something is no worse than another, or as good, up to a margin."""

from typing import Any

from sculpt.statistics.judgement.verdict import bounds, significant
from sculpt.statistics.two_way import CONFIDENCE, Estimate


def against_margin(found: Estimate, margin: float) -> dict[str, Any]:
    """The keys non_inferiority and equivalence of a claim, from the estimate of a difference, in its own unit.

    Not inferior: the one-sided test of a difference above -margin, at 2.5 %, the level of the verdict. Equivalent: two
    one-sided tests (Schuirmann 1987), above -margin and below margin, each at 5 %; the larger p counts, and the 90 %
    interval then lies within the margin. p and bounds are None where there is no interval.
    """
    above, below = found.p_above(-margin), found.p_below(margin)
    larger = None if above is None else max(above, below)
    low, high = bounds(found.interval(2 * CONFIDENCE - 1))
    return {
        "margin": margin,
        "non_inferiority": {"p": significant(above), "shown": above is not None and above < (1 - CONFIDENCE) / 2},
        "equivalence": {
            "p": significant(larger),
            "ci_low": low,
            "ci_high": high,
            "shown": larger is not None and larger < 1 - CONFIDENCE,
        },
    }
