"""Two sides of the study's claims in the cells that both have."""

from __future__ import annotations

import pandas as pd

from sculpt.statistics.judgement.sides import CELL, shared


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


def cycles_taken(rows: pd.DataFrame) -> str:
    """`cycles: erk 4 at 0.2, 3 at 0.05; snip 4 at 0.05`."""
    from sculpt.recipe.node import number

    places = rows[[*CELL, "cycle"]].drop_duplicates().sort_values(CELL, ascending=[True, False])
    masks = [
        f"{mask} {', '.join(f'{row.cycle} at {number(row.target_density)}' for row in cells.itertuples())}"
        for mask, cells in places.groupby("mask")
    ]
    return f"cycles: {'; '.join(masks)}"
