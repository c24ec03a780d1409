"""What lets MkDocs read pages that are written for GitHub, which stay as they are.

A file outside docs/ that a page links to is copied into the site. A list needs no empty line before it, and an inner
list two spaces.
"""

import os
import re
from pathlib import Path

from mkdocs.structure.files import File

ROOT = Path(__file__).parents[1]
INNER = re.compile(r"^( +)(?=(?:[-*]|\d+\.) )", re.MULTILINE)
FENCE = re.compile(r"^(```.*?^```)", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<path>\.\.?/[^)#\s]+)(?P<anchor>(?:#[^)\s]*)?)\)")
ITEM = re.compile(r"^(?![ \-*#]|\d+\. )(.+\n)(?=(?:[-*]|1\.) )", re.MULTILINE)


def on_page_markdown(markdown, page, config, files):
    docs = Path(config.docs_dir)
    folder = Path(page.file.abs_src_path).parent

    def inside(link: re.Match) -> str:
        target = (folder / link["path"]).resolve()
        if target.is_relative_to(docs) or not target.exists():  # MkDocs itself names what is not there
            return link[0]
        if target.is_dir():  # no page shows a folder
            return link["text"]
        source = "index.md" if target == ROOT / "README.md" else _copy(target, config, files)
        return f"[{link['text']}]({os.path.relpath(docs / source, folder)}{link['anchor']})"

    parts = FENCE.split(markdown)  # every second one is code
    parts[::2] = [LINK.sub(inside, INNER.sub(r"\1\1", ITEM.sub(r"\1\n", part))) for part in parts[::2]]
    return re.sub(r"<(details|summary)>", r'<\1 markdown="1">', "".join(parts))


def _copy(target: Path, config, files) -> str:
    """A file of the repository in the site; returns where."""
    source = f"repository/{target.relative_to(ROOT)}"
    if files.get_file_from_path(source) is None:
        files.append(File.generated(config, source, abs_src_path=str(target)))
    return source
