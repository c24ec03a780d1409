"""Tables: each scrolls sideways within itself, where the page is too narrow for it."""

from html import escape

from sculpt.report.content.tables import Cell, Table


def table(found: Table, sortable: bool = False) -> str:
    """sortable: a reader with JavaScript can sort by a column; without it the table is the same."""
    if not found.rows:
        return "<p>There is none.</p>"
    kinds = ["number" if numeric else "words" for numeric in found.numeric]
    head = "".join(
        f'<th scope="col" class="{kind}">{escape(column)}</th>'
        for column, kind in zip(found.columns, kinds, strict=True)
    )
    body = "".join(f"<tr>{''.join(map(_cell, row, kinds))}</tr>" for row in found.rows)
    note = f"<p>{escape(found.note)}</p>" if found.note else ""
    kind = "scroll runs" if sortable else "scroll"
    return (
        f'{note}<div class="{kind}" role="region" tabindex="0" aria-label="{escape(found.name)}">'
        f"<table{' class=sortable' if sortable else ''}>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(cell: Cell, kind: str) -> str:
    value = "" if cell.value is None else f' data-value="{cell.value!r}"'
    return f'<td class="{kind}"{value}>{escape(cell.text)}</td>'
