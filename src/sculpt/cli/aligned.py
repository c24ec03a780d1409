"""Tables of text on a terminal."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

WIDTH = 110


def aligned(
    rows: Sequence[Sequence[str]], right: Sequence[int] = (), indent: str = "  ", whole: bool = False
) -> list[str]:
    """Rows of cells as lines of equal columns. right: columns that end at their right edge, as numbers do.

    Where a line would be longer than WIDTH, the cells of the widest column lose their middle, unless all are to stay
    whole.
    """
    columns = [list(column) for column in zip(*rows, strict=True)]
    widths = [max(map(len, column)) for column in columns]
    over = len(indent) + sum(widths) + 2 * (len(widths) - 1) - WIDTH
    if over > 0 and not whole:
        widest = widths.index(max(widths))
        widths[widest] = max(widths[widest] - over, 9)
        columns[widest] = [_without_middle(cell, widths[widest]) for cell in columns[widest]]
    padded = [
        [f"{cell:>{width}}" if place in right else f"{cell:<{width}}" for cell in column]
        for place, (column, width) in enumerate(zip(columns, widths, strict=True))
    ]
    return [(indent + "  ".join(row)).rstrip() for row in zip(*padded, strict=True)]


def with_spread(mean: float, sd: float | None) -> str:
    """Percent over seeds: 97.06 ± 1.06; the mean alone where there is one seed."""
    return two(mean) if sd is None or sd != sd else f"{two(mean)} ± {two(sd)}"


def two(value: float) -> str:
    """Two decimals, halves away from zero, as a person rounds them by hand."""
    return str(Decimal(repr(float(value))).quantize(Decimal("0.01"), ROUND_HALF_UP))


def _without_middle(text: str, width: int) -> str:
    if len(text) <= width:
        return text
    front = (width - 1) // 2
    return f"{text[:front]}…{text[len(text) - (width - 1 - front) :]}"
