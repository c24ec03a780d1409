"""What a figure's run shows, in words below the panels; its caption says what the paper says."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from sculpt.plotting.style import SMALLEST_FONT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LETTERS_PER_INCH = 17
"""Of the smallest font, with room to spare."""


def tell(figure: Figure, finding: str) -> None:
    """Write what this run shows, such as `LRR - SCULPT at 0.01: 6.4 [4.0, 8.3] points.`, below everything else.

    It is computed from the figure's own table, with an interval where it compares. The figure grows by its lines.
    """
    lines = wrap(f"This run: {finding}", int(figure.get_figwidth() * _LETTERS_PER_INCH))
    figure.set_figheight(figure.get_figheight() + 0.13 * len(lines))
    figure.supxlabel("\n".join(lines), fontsize=SMALLEST_FONT, x=0.01, ha="left")
