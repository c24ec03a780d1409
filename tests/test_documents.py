"""What the documents name is there."""

import pkgutil
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
FOLDERS = ("tests/", "src/", "rules/", "benchmarks/", "profiles/", "docs/", "figures/")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_files_that_a_document_names_are_there(document):
    named = re.findall(r"[`( ]((?:[\w.]+/)+[\w.]+\.(?:py|md|yaml|sh|smk))\b", document.read_text())
    places = (ROOT, ROOT / "src/sculpt", ROOT / "docs", document.parent)
    examples = ("losses/focal.py",)  # what the reader of docs/extending.md writes
    gone = [file for file in named if not any((place / file).exists() for place in places)]
    assert [file for file in gone if not file.endswith(examples)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_modules_that_a_document_names_are_there(document):
    for name in sorted(set(re.findall(r"\bsculpt(?:\.[a-z_]+)+\b", document.read_text()))):
        assert is_there(name), name


def is_there(name: str) -> bool:
    """Whether it is a module, or stands in one."""
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True
