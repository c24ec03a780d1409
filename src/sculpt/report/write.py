"""The files of a report: pages and tables of one experiment."""

from hashlib import sha256
from pathlib import Path

from sculpt.core.files import replacing
from sculpt.core.tables import write_table
from sculpt.report import flat, latex, markdown
from sculpt.report.content import CLAIMS, SUMMARY, Content
from sculpt.report.drawing import drawing
from sculpt.report.html.page import page

WIDTH = 900
"""Pixels of the tree as a file of its own."""


def write(content: Content, folder: Path) -> list[Path]:
    """Write report.html, report.md with its drawing, and tables/; returns the paths, the page first.

    folder: logs/<experiment>, from which figures/ is two levels up. Raises ArtifactError where it cannot be written.
    """
    texts = {
        "report.html": page(content),
        "report.md": markdown.page(content, f"../../figures/{content.experiment}", "report-tree.svg"),
        "report-tree.svg": _tree(content),
        **{f"tables/{name}": text for name, text in latex.tables(content).items()},
    }
    for name, text in texts.items():
        _write_text(folder / name, text)
    frames = flat.tables(content)
    for name, frame in frames.items():
        write_table(folder / "tables" / name, frame)
    return [folder / name for name in (*texts, *(f"tables/{name}" for name in frames))]


def write_docs(content: Content, file: Path, root: Path) -> list[Path]:
    """Write the page as Markdown to be committed, and its drawing beside it.

    file: in a folder of `root`, such as docs/report-digits.md. A comment at its top holds what it was made from, so
    that a stale page is found (`made_from`). It leaves out the revision: the page is a part of one.
    """
    tree = file.with_name(f"{file.stem}-tree.svg")
    up = "../" * len(file.relative_to(root).parent.parts)
    text = markdown.page(content.without_revision(), f"{up}figures/{content.experiment}", tree.name)
    digests = "".join(f"{name} {_digest(root / name)}\n" for name in _sources(content.experiment))
    _write_text(file, f"<!-- Written by `sculpt report --docs`, of:\n{digests}-->\n\n{text}")
    _write_text(tree, _tree(content))
    return [file, tree]


def made_from(page: str) -> dict[str, str]:
    """The sha256 of each file that a committed page says it was made from."""
    comment = page.partition("-->")[0].splitlines()[1:]
    return dict(line.split(" ") for line in comment if line)


def _sources(experiment: str) -> list[str]:
    return [f"results/{experiment}/summary/{name}" for name in (CLAIMS, SUMMARY)]


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _tree(content: Content) -> str:
    return drawing(content.recipes, WIDTH, standalone=True) + "\n"


def _write_text(path: Path, text: str) -> None:
    with replacing(path) as temporary:
        temporary.write_text(text)
