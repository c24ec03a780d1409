"""The default experiment with a mistake in it, and what is said of that."""

import re
from pathlib import Path

import pytest

from sculpt.params.experiment import described
from sculpt.params.load import load
from sculpt.params.read import ParamsError
from sculpt.pipeline.dag.grid import Grid
from sculpt.recipe.tree import RecipeError

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "params.yaml").read_text().partition("  # The whole paper")[0]
TEXT = re.sub(r"^recorded: .*", "recorded: [digits]", TEXT, flags=re.MULTILINE)
"""params.yaml with the default experiment alone."""
D = "params.yaml: experiments.digits."
NAME = "a name of lower-case letters, digits and"


def write(folder: Path, *changes: tuple[str, str], more: str = "") -> Path:
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / "params.yaml"
    path.write_text(text + more)
    return path


def refused(path: Path) -> list[str]:
    """The lines that `sculpt params check` prints."""
    with pytest.raises((ParamsError, RecipeError)) as caught:
        for name, experiment in load(path).experiments.items():
            Grid(name, described(experiment))
    return str(caught.value).split("\n")
