"""From which density on skipping zeros pays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import exp, log


def crossing(density: Sequence[float], skipping: Sequence[float], dense: Sequence[float]) -> float | None:
    """The largest density at and below which skipping costs less; a definition of this project.

    density, skipping, dense: of equal lengths, above 0, in any order, no density twice; both costs in one unit, of
    which less is better. Between two densities both costs are linear in logarithms. Where skipping always costs less,
    it is the largest density given; where it does not at the smallest one, None. Of several crossings, the lowest.
    """
    points = sorted((log(d), log(s) - log(e)) for d, s, e in zip(density, skipping, dense, strict=True))
    if not points or points[0][1] >= 0:
        return None
    for (below, faster), (above, slower) in pairwise(points):
        if slower >= 0:
            return exp(below + (above - below) * faster / (faster - slower))
    return max(density)
