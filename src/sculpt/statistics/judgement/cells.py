"""The effect in each mask and density that a claim averages over: a mean can hide very unequal ones."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from sculpt.statistics.judgement.sides import CELL
from sculpt.statistics.judgement.verdict import Measured, bounds, rounded


def in_cells(sides: list[pd.DataFrame], measure: Callable[..., Measured | None]) -> list[dict[str, Any]]:
    """One entry for each cell, by mask, the denser first: mask, density, start (or None), effect, ci_low, ci_high.

    sides: the rows of each side, all with the same cells. measure: what to make of the rows of one cell, a frame for
    each side; where it gives None, so are effect and bounds. The start is that of the first side.
    """
    parts = [dict(list(side.groupby(CELL))) for side in sides]
    found = []
    for mask, density in sorted(parts[0], key=lambda cell: (cell[0], -cell[1])):
        rows = [part[mask, density] for part in parts]
        start = rows[0]["start_density"].iloc[0]
        measured = measure(*rows)
        low, high = bounds(measured and measured.interval())
        found.append(
            {
                "mask": mask,
                "density": float(density),
                "start": None if start is None or np.isnan(start) else float(start),
                "effect": None if measured is None else rounded(measured.effect),
                "ci_low": low,
                "ci_high": high,
            }
        )
    return found
