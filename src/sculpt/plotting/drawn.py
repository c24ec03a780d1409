"""What drawing a figure returns, and the files that it is saved in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sculpt.plotting import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

PNG_DPI = 200
NO_METADATA = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}


@dataclass(frozen=True)
class Drawn:
    """A figure, and the numbers in it: one row per drawn point."""

    figure: Figure
    table: DataFrame


def save(drawn: Drawn, stem: Path) -> None:
    """Write `stem`.svg, .png and .csv: the same bytes whenever and wherever the figure is drawn again."""
    from sculpt.core.files import replacing
    from sculpt.core.tables import write_table

    with style.applied():
        for suffix, nothing in NO_METADATA.items():
            with replacing(stem.with_name(f"{stem.name}.{suffix}")) as temporary:
                drawn.figure.savefig(temporary, format=suffix, dpi=PNG_DPI, metadata=nothing)
    write_table(stem.with_name(f"{stem.name}.csv"), drawn.table)
