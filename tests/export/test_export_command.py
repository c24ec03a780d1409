"""`sculpt export` tells what it wrote, and in one line what does not exist."""

import pytest
import torch
from made_results import MODEL, PRUNED, RUN, TRUNK

from sculpt.cli import export
from sculpt.cli.main import parser
from sculpt.core.errors import SculptError
from sculpt.export.formats.safetensors import facts


@pytest.fixture
def run(made, monkeypatch):
    """Runs the command in the folder of the results."""
    monkeypatch.chdir(made.root)
    return lambda *words: export.run(parser().parse_args(["export", *words]))


def test_it_says_where_what_and_what_for(run, made, capsys):
    run(PRUNED, "--seed", "2", "--experiment", "made")
    path = "exports/made-sculpt-erk_0.5-cycle_1-0.1-seed_2.pth"
    state = torch.load(made.root / path, weights_only=True)
    assert torch.equal(state["conv1.weight"], made.weights[PRUNED, 2]["body.conv.weight"])
    kept = sum(int(mask.sum()) for mask in made.mask[PRUNED, 2].values())
    total = sum(mask.numel() for mask in made.mask[PRUNED, 2].values())
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{path}: {(made.root / path).stat().st_size:,} bytes"
    assert said[1] == f"network: resnet20 (width {MODEL['width']}), {PRUNED}, seed 2"
    assert said[2] == f"weights: {kept:,} of {total:,} prunable ones are kept (density {kept / total:.4g})"
    assert said[3] == "input: 1 x 8 x 8 images, float32, (pixel - 120) / 60 of raw pixels; output: 3 logits"
    assert said[4].startswith("for: torch.load") and len(said) == 5


def test_a_run_is_its_last_node_and_the_experiment_that_of_params(run, made, tmp_path, monkeypatch, capsys):
    class Chosen:
        experiment = "made"

    monkeypatch.setattr("sculpt.cli.export.load", lambda path: Chosen)
    run(RUN, "--format", "safetensors", "--dense", "--out", str(tmp_path / "new/a.safetensors"))
    found = facts(tmp_path / "new/a.safetensors")
    assert (found["node"], found["seed"], found["sparse"]) == (PRUNED, 0, {})
    assert str(tmp_path / "new/a.safetensors") in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sculpt/erk_0.5/cycle_1/0.2", "--experiment", "made"], f"nearest: '{PRUNED}'$"),
        (["masks/erk_0.5", "--experiment", "made"], "is a mask, which has no weights"),
        ([TRUNK, "--experiment", "mode"], "^experiment: 'mode' is not there; allowed: made; nearest: 'made'$"),
        ([TRUNK, "--experiment", "made", "--seed", "7"], "^seed: 7; allowed: 0 to 2"),
        ([TRUNK, "--experiment", "made", "--seed", "a"], '^--seed: "a"; allowed: a whole number, such as 0$'),
        ([TRUNK, "--experiment", "made", "--format", "safetensor"], "nearest: 'safetensors'$"),
        (
            [TRUNK, "--experiment", "made", "--out", "."],
            r"^--out: \. is a folder; allowed: a file, such as made-cyclic",
        ),
    ],
)
def test_what_does_not_exist_is_said_in_one_line(run, words, said):
    with pytest.raises(SculptError, match=said) as fault:
        run(*words)
    assert "\n" not in str(fault.value)
