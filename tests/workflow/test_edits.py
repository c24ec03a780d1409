"""Exactly what each edit runs again: nothing stale is kept, nothing fresh is run."""

from pathlib import Path

import pytest
from edits import EDITS, document

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_an_edit_runs_what_it_touches(copy, edit):
    edit.do(copy.folder)
    assert copy.waiting() == edit.jobs


def test_the_table_is_the_documents():
    assert (ROOT / "docs/incremental.md").read_text() == document(), (
        "python tests/workflow/edits.py > docs/incremental.md"
    )
