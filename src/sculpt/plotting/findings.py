"""What a figure's run shows, in words below the panels; its caption says what the paper says."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from sculpt.plotting.style import SMALLEST_FONT

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend

_LETTERS_PER_INCH = 17
"""Of the smallest font, with room to spare."""
_LINE = 0.13
"""Inches."""


def tell(figure: Figure, finding: str) -> None:
    """Write what this run shows, such as `LRR - SCULPT at 0.01: 6.4 [4.0, 8.3] points.`, below everything else.

    It is computed from the figure's own table, with an interval where it compares. The figure, whose layout is
    constrained, grows by its lines; a legend that is there already stays above them, so this is called last.
    """
    lines = wrap(f"This run: {finding}", int(figure.get_figwidth() * _LETTERS_PER_INCH))
    figure.set_figheight(figure.get_figheight() + _LINE * len(lines))
    share = _LINE * len(lines) / figure.get_figheight()
    place = {"x": 0.01, "y": share, "ha": "left", "va": "top"}
    figure.supxlabel("\n".join(lines), fontsize=SMALLEST_FONT, **place)
    # The layout has room for a legend or for a text below the panels, not for one above the other.
    taken = share + sum(_above(figure, legend, share) for legend in figure.legends)
    figure.get_layout_engine().set(rect=(0, taken, 1, 1 - taken))


def _above(figure: Figure, legend: Legend, share: float) -> float:
    """Move a legend above the lowest `share` of the figure; returns the share that it takes itself."""
    legend.set_bbox_to_anchor((0, share, 1, 1 - share), figure.transFigure)
    pad = 2 * figure.get_layout_engine().get()["h_pad"] * figure.dpi
    return (legend.get_tightbbox().height + pad) / figure.bbox.height
