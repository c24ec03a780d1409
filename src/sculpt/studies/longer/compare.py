"""Two sides of the study's claims as one verdict: the paired difference, averaged over the cells that both have."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from sculpt.statistics.judgement.cells import in_cells
from sculpt.statistics.judgement.outcomes import of_checked, refuse
from sculpt.statistics.judgement.scopes import scope
from sculpt.statistics.judgement.sides import CELL, shared
from sculpt.statistics.judgement.verdict import Claim, Measured, Sentence
from sculpt.statistics.tables import Tables
from sculpt.statistics.two_way import Estimate, estimate


def in_both(ours: pd.DataFrame, theirs: pd.DataFrame, reader: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of both sides in the masks and densities that both have.

    Raises PoolingError where a side has two rows of one mask, density and seed.
    """
    first, second = shared({"ours": ours, "theirs": theirs}, ["ours", "theirs"], 1.0, reader)
    return first, second


def for_each_cell(rows: pd.DataFrame, cells: pd.DataFrame, at_density: bool) -> pd.DataFrame:
    """Rows of a method without a mask, once for each cell of the other side; at_density: where the densities agree."""
    places = cells[CELL].drop_duplicates()
    if at_density:
        return rows.drop(columns="mask").merge(places, on="target_density")
    return rows.drop(columns=CELL).merge(places, how="cross")


def paired(
    sentence: Sentence,
    tables: Tables,
    ours: pd.DataFrame,
    theirs: pd.DataFrame,
    sign: int = 1,
    threshold: float = 0.0,
    told: Sequence[str] = (),
    said: Sequence[str] = (),
    reading: Callable[[Estimate], Measured] = lambda found: found,
    unit: Sequence[str] = (),
) -> Claim:
    """The claim on `ours` minus `theirs`, times `sign`, in points of test accuracy; both hold the same cells.

    told: what is added to the scope. said: caveats. reading: what the claim reads off the
    estimate, in the unit that begins the scope.
    """
    for side in (ours, theirs):
        refuse(side, sentence.id)

    def measure(ours: pd.DataFrame, theirs: pd.DataFrame) -> Measured:
        return reading(estimate(sign * (of_checked(ours, tables) - of_checked(theirs, tables))))

    where = "; ".join([*unit, scope(ours, theirs), *told])
    cells = in_cells([ours, theirs], measure)
    return sentence.judged(where, measure(ours, theirs), threshold, cells, said)


def cycles_taken(rows: pd.DataFrame) -> str:
    """`cycles: erk 4 at 0.2, 3 at 0.05; snip 4 at 0.05`."""
    from sculpt.recipe.node import number

    places = rows[[*CELL, "cycle"]].drop_duplicates().sort_values(CELL, ascending=[True, False])
    masks = [
        f"{mask} {', '.join(f'{row.cycle} at {number(row.target_density)}' for row in cells.itertuples())}"
        for mask, cells in places.groupby("mask")
    ]
    return f"cycles: {'; '.join(masks)}"
