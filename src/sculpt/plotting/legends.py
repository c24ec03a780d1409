"""The legend under a figure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from sculpt.plotting.looks import Look, look_of
from sculpt.plotting.series import in_order
from sculpt.plotting.style import LEGEND_FONT

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D


def legend(figure: Figure, handles: Sequence[Artist]) -> None:
    """A legend under the whole figure, in reading order, in as few rows as its width allows."""
    room = figure.get_figwidth() * 72 / LEGEND_FONT
    for rows in range(1, len(handles) + 1):
        columns = math.ceil(len(handles) / rows)
        by_column = [handles[column::columns] for column in range(columns)]
        # In units of the font size: a handle with its gaps, and a rough 0.6 per character.
        widths = [4.2 + 0.6 * max(len(handle.get_label()) for handle in column) for column in by_column]
        if sum(widths) < room:
            break
    figure.legend(handles=list(chain(*by_column)), loc="outside lower center", ncols=columns)


def handles(series: Iterable[str]) -> list[Line2D]:
    """Legend entries for those of `series` that are drawn with markers."""
    return [handle(look) for look in map(look_of, in_order(series)) if look.marker]


def handle(look: Look) -> Line2D:
    """The legend entry of a look."""
    from matplotlib.lines import Line2D

    return Line2D([], [], label=look.label, **look.drawing)
