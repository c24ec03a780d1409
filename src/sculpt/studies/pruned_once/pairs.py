"""Two sides row beside row, and their difference as a claim."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sculpt.recipe.node import number
from sculpt.statistics.judgement.outcomes import of_checked
from sculpt.statistics.judgement.scopes import epochs
from sculpt.statistics.judgement.verdict import Claim, Measured, Sentence, bounds, rounded
from sculpt.statistics.pooling import one_row_each
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import Estimate, estimate

CELL = ["mask", "target_density"]
STARTED = ["mask", "start_density", "target_density"]
"""What tells SCULPT's runs of one length and criterion apart."""

Sides = tuple[pd.DataFrame, pd.DataFrame]


def beside(ours: pd.DataFrame, theirs: pd.DataFrame, by: Sequence[str], reader: str, densest: float = 1.0) -> Sides:
    """The rows of `ours` that have one of `theirs` beside them, of the same `by` and seed, and these, in one order.

    The rows of `theirs` get mask, start and target of ours: LRR has no mask, and stands beside each. Only targets up to
    `densest` count, to two decimals. Raises PoolingError where a side has two rows of one cell and seed.
    """
    one_row_each(theirs, [*by, "seed"], reader)
    ours = ours[ours["target_density"].round(2) <= densest].sort_values([*STARTED, "seed"], kind="stable")
    places = ours[list(dict.fromkeys([*STARTED, "seed", *by]))].reset_index(drop=True)
    taken = [column for column in theirs.columns if column not in STARTED or column in by]
    found = places.reset_index().merge(theirs[taken], on=[*by, "seed"]).sort_values("index", kind="stable")
    matched = ours.iloc[found["index"].to_numpy()].reset_index(drop=True)
    one_row_each(matched, [*STARTED, "seed"], reader)
    return matched, found.drop(columns="index").reset_index(drop=True)


def difference(
    sentence: Sentence,
    tables: Tables,
    sides: Sides,
    lacking: str,
    sign: int = 1,
    threshold: float = 0.0,
    said: Sequence[str] = (),
    lead: Sequence[str] = (),
    entry: Callable[[], str] = str,
) -> Claim | str:
    """Our side minus theirs, times `sign`, in points of test accuracy; or `lacking`, where they share nothing.

    said: caveats. lead: what the scope says first. entry: what would add what is lacking, asked for then alone.
    """
    if sides[0].empty:
        return sentence.untested(lacking, entry())

    def measure(ours: pd.DataFrame, theirs: pd.DataFrame) -> Estimate:
        return estimate(sign * (of_checked(ours, tables) - of_checked(theirs, tables)))

    flops = sides[0]["train_flops"].mean() / sides[1]["train_flops"].mean()
    scope = [*lead, *where(sides[0]), epochs(*sides), f"{flops:.2g} times the FLOPs"]
    return sentence.judged("; ".join(scope), measure(*sides), threshold, in_cells(sides, measure), said)


def in_cells(sides: Sequence[pd.DataFrame], measure: Callable[..., Measured]) -> list[dict[str, Any]]:
    """One entry for each mask, start and target, as claims have it; sides hold the same ones.

    Where a mask and target have several starts, the key `mask` names the start as well.
    """
    cells = sides[0][STARTED].drop_duplicates()
    several = cells.duplicated(CELL, keep=False)
    found = []
    for (mask, start, target), apart in zip(cells.itertuples(index=False, name=None), several, strict=True):
        rows = [side[_of(side, mask, start, target)] for side in sides]
        measured = measure(*rows)
        low, high = bounds(measured.interval())
        found.append(
            {
                "mask": _named(mask, start) if apart else mask,
                "density": float(target),
                "start": None if np.isnan(start) else float(start),
                "effect": rounded(measured.effect),
                "ci_low": low,
                "ci_high": high,
            }
        )
    return sorted(found, key=lambda cell: (cell["mask"], -cell["density"]))


def where(rows: pd.DataFrame) -> Iterator[str]:
    """Masks, starts and targets in words: `erk from 0.2 at 0.05, 0.02`."""
    for (mask, start), of in rows.groupby(STARTED[:2], dropna=False, sort=False):
        targets = sorted(of["target_density"].unique(), reverse=True)
        yield f"{_named(mask, start)} at {', '.join(map(number, targets))}"


def _named(mask: str, start: float) -> str:
    return mask if np.isnan(start) else f"{mask} from {number(start)}"


def _of(rows: pd.DataFrame, mask: str, start: float, target: float) -> pd.Series:
    same = (rows["start_density"] == start) | (rows["start_density"].isna() & np.isnan(start))
    return (rows["mask"] == mask) & same & (rows["target_density"] == target)
