"""The documents, as the tests of them read them."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(\s*([^)\s]+)\s*\)")


def prose(text: str) -> str:
    """Without blocks of code, code in a line, and comments."""
    return re.sub(r"`[^`\n]+`", "code", re.sub(r"<!--.*?-->", "", FENCE.sub("", text), flags=re.DOTALL))


def anchors(text: str) -> set[str]:
    """Of each heading, as GitHub makes them: lower case, no punctuation, hyphens for spaces; equal ones numbered."""
    found: list[str] = []
    for heading in re.findall(r"^#{1,6} (.+)$", FENCE.sub("", text), re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.strip())
        found.append(re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-"))
    return {name if not (n := found[:place].count(name)) else f"{name}-{n}" for place, name in enumerate(found)}


def broken(page: Path, text: str) -> list[str]:
    """The links of a page to files of the repository that lead nowhere."""
    return [link for link in LINK.findall(prose(text)) if ":" not in link and not _leads(page, text, link)]


def _leads(page: Path, text: str, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if (target != page and not target.exists()) or not target.is_relative_to(ROOT):
        return False
    if not anchor:
        return True
    return target.suffix == ".md" and anchor in anchors(text if target == page else target.read_text())
