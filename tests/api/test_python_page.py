"""Every piece of Python in docs/python.md runs, on made-up results."""

import re
from pathlib import Path

import matplotlib
import pytest
from made_results import PRUNED, made_results

PAGE = (Path(__file__).parents[2] / "docs/python.md").read_text()
PIECES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return made_results(tmp_path_factory.mktemp("made"))


@pytest.mark.parametrize("piece", PIECES, ids=range(len(PIECES)))
def test_a_piece_runs(made, piece, monkeypatch, capsys):
    monkeypatch.chdir(made.root)
    matplotlib.use("agg")
    text = piece.replace("sculpt/erk_0.05/cycle_3/0.01", PRUNED).replace('"digits"', '"made"')
    assert text != piece
    names: dict = {}
    exec(compile(text, "docs/python.md", "exec"), names)  # what a reader would paste
    if "layer_densities" in text:
        shares = names["trained"].layer_densities()
        assert [bar.get_height() for bar in matplotlib.pyplot.gca().patches] == list(shares)
        matplotlib.pyplot.close("all")
    else:
        assert capsys.readouterr().out.strip()


def test_a_network_is_evaluated_and_its_layers_drawn_in_three_lines():
    assert [len([line for line in piece.splitlines() if line]) for piece in PIECES[:2]] == [3, 3]


def test_the_page_names_every_public_name():
    import sculpt

    assert [name for name in sculpt.__all__ if name not in ("load", "Trained") and f"sculpt.{name}" not in PAGE] == []
