"""Panels side by side, and a sentence where there is nothing to draw."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_COLUMNS = 3


def panels(count: int, width: float, xlabel: str, ylabel: str) -> tuple[Figure, list[Axes]]:
    """A figure, `width` inches wide, of `count` panels (at least one) with equal axes, labelled outside."""
    from matplotlib.figure import Figure

    count = max(count, 1)
    rows = math.ceil(count / MOST_COLUMNS)
    columns = math.ceil(count / rows)
    figure = Figure((width, 2.4 * rows + 0.3), layout="constrained")
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    for unused in grid[count:]:
        unused.remove()
    for axes in grid[max(count - columns, 0) : count]:
        axes.set_xlabel(xlabel)
        axes.tick_params(labelbottom=True)
    for axes in grid[:count:columns]:
        axes.set_ylabel(ylabel)
    return figure, list(grid[:count])


def say(axes: Axes, sentence: str) -> None:
    """A sentence in place of data."""
    axes.axis("off")
    axes.text(0.5, 0.5, sentence, transform=axes.transAxes, ha="center", va="center", wrap=True)
