"""The tree of recipes as a drawing (SVG): one line per row, training from left to right, what hangs on it below it.

Nothing in it is wider than the width that it is drawn for, so it needs no scrolling: a label that does not fit is
wrapped, and begins further to the left.
"""

from dataclasses import dataclass
from html import escape
from textwrap import wrap

from sculpt.report.content.recipes import Row

_LETTER = 6.6
"""Pixels of a letter of the label's size (12 px), at most on average."""
_LINE = 15
_BAR = 18
"""Height of a row beside its label."""
_LEFT, _RIGHT, _TOP = 14, 14, 26

STYLE = """
.tree text { font: 12px system-ui, sans-serif; fill: var(--ink, #1b1f24); paint-order: stroke; }
.tree text { stroke: var(--page, #ffffff); stroke-width: 4px; stroke-linejoin: round; }
.tree .tick { font-size: 11px; }
.tree .much { font-weight: 600; }
.tree .edge { stroke: var(--edge, #8b95a1); fill: none; stroke-width: 1.2; }
.tree .bar { stroke: var(--bar, #0072b2); stroke-width: 3; }
.tree .end { fill: var(--bar, #0072b2); }
.tree .prune { fill: #d55e00; }
.tree .rewound { fill: var(--page, #ffffff); stroke: var(--ink, #1b1f24); stroke-width: 1.4; }
"""
KEY = (
    "Left to right: cycles of training. A dot ends a cycle or a schedule; a diamond is a prune between two cycles; a "
    "ring says that training starts from other weights than those that the mask is of. A line hangs on the network "
    "whose mask it takes."
)


@dataclass
class _Placed:
    row: Row
    lines: list[str]
    top: float
    y: float


def drawing(rows: list[Row], width: int, standalone: bool = False) -> str:
    """An SVG element of that width in pixels. standalone: as a file of its own, with its style and a white ground."""
    scale = (width - _LEFT - _RIGHT) / max((row.end for row in rows), default=1.0)
    placed = _placed(rows, width)
    height = (placed[-1].y if placed else 0) + _BAR
    parts = [f"<title>Tree of recipes</title><desc>{escape(KEY)}</desc>"]
    if standalone:
        parts.append(f'<style>{STYLE}</style><rect width="{width}" height="{height:g}" fill="#ffffff"/>')
    parts += _ticks(placed, scale) + _edges(placed, scale)
    for one in placed:
        parts += _label(one, width, scale) + _bar(one, scale)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="tree" role="img" viewBox="0 0 {width} {height:g}"'
    size = f' width="{width}" height="{height:g}"' if standalone else ""
    return f"{head}{size}>{''.join(parts)}</svg>"


def label(row: Row) -> str:
    """`SCULPT, 6 of them: pruned to 0.05, 0.02, 0.01`."""
    return f"{row.title}{f', {row.chains} of them' if row.chains > 1 else ''}: {row.details}"


def _placed(rows: list[Row], width: int) -> list[_Placed]:
    found, y = [], float(_TOP)
    letters = int((width - _LEFT - _RIGHT) / _LETTER)
    for row in rows:
        lines = wrap(label(row), letters)
        found.append(_Placed(row, lines, y, y + _LINE * len(lines) + 5))
        y = found[-1].y + _BAR
    return found


def _ticks(placed: list[_Placed], scale: float) -> list[str]:
    """The numbers of cycles, above everything else."""
    most = int(max((one.row.end for one in placed), default=0.0))
    step = max(1, most // 12)
    parts = ['<text class="tick" x="6" y="12">cycles: 0</text>']
    for cycle in range(step, most + 1, step):
        x = _LEFT + cycle * scale
        if x > 80:  # not over the word
            parts.append(f'<text class="tick" text-anchor="middle" x="{x:.1f}" y="12">{cycle}</text>')
    return parts


def _edges(placed: list[_Placed], scale: float) -> list[str]:
    """A vertical line from the place that a row hangs on, down to its own height."""
    parts = []
    for one in placed:
        x = _LEFT + one.row.start * scale
        above = None if one.row.above is None else placed[one.row.above]
        top = above.y if above else _TOP
        parts.append(f'<path class="edge" d="M{x:.1f} {top:g}V{one.y:g}"/>')
    return parts


def _label(one: _Placed, width: int, scale: float) -> list[str]:
    """Above the bar, from where that starts, or as far left of it as the text needs."""
    longest = max(map(len, one.lines)) * _LETTER
    x = max(_LEFT + 6, min(_LEFT + one.row.start * scale + 6, width - _RIGHT - longest))
    title, _, rest = one.lines[0].partition(":")
    parts = []
    for i, line in enumerate(one.lines):
        words = f'<tspan class="much">{escape(title)}</tspan>:{escape(rest)}' if i == 0 else escape(line)
        parts.append(f'<text x="{x:.1f}" y="{one.top + _LINE * (i + 1) - 3:g}">{words}</text>')
    return parts


def _bar(one: _Placed, scale: float) -> list[str]:
    row, y = one.row, one.y
    x = _LEFT + row.start * scale
    parts = [f"<g><title>{escape(', '.join(row.keys))}</title>"]
    parts.append(f'<path class="bar" d="M{x:.1f} {y:g}H{_LEFT + row.end * scale:.1f}"/>')
    for i, length in enumerate(row.lengths):
        if row.pruned:
            middle = x + (9 if row.rewound and i == 0 else 0)
            parts.append(f'<path class="prune" d="M{middle - 5:.1f} {y:g}l5-5 5 5-5 5z"/>')
        x += length * scale
        if not row.pruned or i == len(row.lengths) - 1:
            parts.append(f'<circle class="end" cx="{x:.1f}" cy="{y:g}" r="4"/>')
    if row.rewound:
        parts.append(f'<circle class="rewound" cx="{_LEFT + row.start * scale:.1f}" cy="{y:g}" r="4.5"/>')
    return [*parts, "</g>"]
