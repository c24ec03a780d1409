"""A new idea is one module and one entry of params.yaml: each kind of plug-in is added, and just what uses it runs."""

import shutil
from pathlib import Path

import pytest
from additions import ADDITIONS, Addition
from prediction import predicted

ROOT = Path(__file__).parents[2]
BY_NAME = {addition.name: addition for addition in ADDITIONS}


def with_those_before(addition: Addition) -> list[Addition]:
    """An addition, and before it those that must be there."""
    return [*(with_those_before(BY_NAME[addition.after]) if addition.after else []), addition]


@pytest.mark.parametrize("name", BY_NAME)
def test_an_addition_runs_just_what_uses_it(finished, tmp_path, name):
    shutil.copytree(finished.folder, tmp_path / "copy", symlinks=True)
    needed = with_those_before(BY_NAME[name])
    for addition in needed:
        addition.install(tmp_path / "copy")
    waiting = {message.removesuffix(", seeds_0-1") for message in predicted(tmp_path / "copy")}
    assert waiting == set().union(*(addition.jobs for addition in needed))
