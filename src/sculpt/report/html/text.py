"""Text in HTML: everything that is not ours is escaped."""

import re
from html import escape

_CODE = re.compile(r"``([^`]+)``|`([^`]+)`")


def prose(text: str) -> str:
    """Escaped, with what stands between backticks as code, and no line break before a percent sign."""
    return _CODE.sub(lambda found: f"<code>{found[1] or found[2]}</code>", escape(text).replace(" %", "&nbsp;%"))


def anchor(name: str) -> str:
    """An id of letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def section(name: str, heading: str, inside: str) -> str:
    head = f'<h2 id="{name}-heading">{escape(heading)}</h2>'
    return f'<section id="{name}" aria-labelledby="{name}-heading">{head}{inside}</section>'
