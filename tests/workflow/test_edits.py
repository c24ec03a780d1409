"""Exactly what each edit runs again: nothing stale is kept, nothing fresh is run."""

from importlib.metadata import version
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


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("the learning rate", "train cycle_1, seeds_0-1: training.learning_rate: 0.1 -> 0.2"),
        ("a figure's width", "draw the figures: figures.width: 5.5 -> 6.0"),
        ("the optimizer's step", "train cycle_1, seeds_0-1: sculpt.training.sgd.SGD.step changed"),
        (
            "a claim's threshold",
            "summarise and test the claims: sculpt.analysis.claims (outside its functions) changed",
        ),
        ("a newer matplotlib", f"draw the figures: matplotlib {version('matplotlib')} -> 99.0"),
        ("a deleted picture", "draw the figures: figures/tiny/training_loss.png not there"),
        ("a flipped byte in the summary", "summarise and test the claims: its files are not what the lock says"),
    ],
)
def test_the_plan_names_the_cause(copy, name, cause):
    next(edit for edit in EDITS if edit.name == name).do(copy.folder)
    assert any(line.startswith(cause) for line in copy.sculpt("plan").stdout.splitlines())
