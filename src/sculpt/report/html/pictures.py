"""The figures, inside the file: an SVG, or the PNG where the SVG is large."""

from base64 import b64encode
from html import escape
from pathlib import Path

from sculpt.report.content.figures import Figure
from sculpt.report.html.text import anchor, prose

MOST = 400_000
"""Bytes of an SVG at most; thousands of points draw faster as a PNG, and take less."""


def figures(found: list[Figure]) -> str:
    if not found:
        return "<p>This experiment draws no figure.</p>"
    return "".join(map(_figure, found))


def _figure(figure: Figure) -> str:
    return (
        f'<figure id="figure-{anchor(figure.label)}"><h3>{prose(figure.title)}</h3>'
        f'<img src="{_data(figure)}" alt="{escape(figure.title)}">'
        f"<figcaption>{prose(figure.caption)}</figcaption></figure>"
    )


def _data(figure: Figure) -> str:
    large = figure.svg.stat().st_size > MOST and figure.png.stat().st_size < figure.svg.stat().st_size
    path, kind = (figure.png, "png") if large else (figure.svg, "svg+xml")
    return f"data:image/{kind};base64,{_encoded(path)}"


def _encoded(path: Path) -> str:
    return b64encode(path.read_bytes()).decode()
