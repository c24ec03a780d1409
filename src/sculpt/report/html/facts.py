"""Cost and environment."""

from html import escape

from sculpt.report.content.cost import Cost
from sculpt.report.content.tables import cost_table
from sculpt.report.html.tables import table


def cost(found: Cost) -> str:
    lines = "".join(f"<li>{escape(line)}</li>" for line in found.lines)
    return f"<ul>{lines}</ul><details><summary>By stage</summary>{table(cost_table(found))}</details>"


def environment(pairs: list[tuple[str, str]]) -> str:
    return f"<dl>{''.join(f'<dt>{escape(what)}</dt><dd>{escape(which)}</dd>' for what, which in pairs)}</dl>"
