"""Fonts, lines and grids of all figures; importing this module imports no matplotlib."""

from collections.abc import Iterator
from contextlib import contextmanager

SMALLEST_FONT = 7.0
LEGEND_FONT = 7.5
LABEL_FONT = 8.0
BAND = {"alpha": 0.18, "linewidth": 0}

_STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 7.5,
    "axes.titlesize": LABEL_FONT,
    "axes.labelsize": LABEL_FONT,
    "xtick.labelsize": SMALLEST_FONT,
    "ytick.labelsize": SMALLEST_FONT,
    "legend.fontsize": LEGEND_FONT,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "0.92",
    "grid.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 1.1,
    "legend.frameon": False,
    "legend.handlelength": 2.2,
    "legend.columnspacing": 1.2,
    "svg.hashsalt": "sculpt",
    "svg.fonttype": "path",
}


@contextmanager
def applied() -> Iterator[None]:
    """The style as a context or a decorator, from matplotlib's own defaults: no matplotlibrc changes a byte."""
    import matplotlib.style

    with matplotlib.style.context(["default", _STYLE]):
        yield
