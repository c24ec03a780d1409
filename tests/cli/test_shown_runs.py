"""`sculpt show`: a run and a node of made-up results, and the lineage that it tells of."""

import pytest
from made_results import PRUNED, RUN, TRUNK, made_results

from sculpt.api.layers import kept_by_layer
from sculpt.api.lineage import lineage
from sculpt.cli.aligned import with_spread
from sculpt.cli.show import shown
from sculpt.core.errors import SculptError
from sculpt.core.files import write_json


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return made_results(tmp_path_factory.mktemp("made"))


def section(lines: list[str], head: str) -> list[str]:
    start = lines.index(head) + 1
    return lines[start : lines.index("", start)]


def test_a_run_from_the_initialisation_to_its_end(made):
    lines = shown("made", RUN, made.root)
    assert lines[0].startswith(f"Run {RUN} of made: method sculpt, mask erk, start density 0.5, target density 0.1")
    assert "2 cycles, 3 seeds; the start that validation chose" in lines
    assert "Cost per seed: 4 epochs, 2e+03 FLOPs of training, 0.250 of what a dense network takes in them" in lines
    steps = [line.split() for line in section(lines, "Lineage")[1:]]
    assert [step[1] for step in steps] == ["init/init", "masks/erk_0.5", TRUNK, PRUNED]
    assert steps[2][2:4] == ["0", "1"] and steps[3][2:7] == ["2", "2", "pruned", "by", "magnitude"]
    cycles = [line.split() for line in section(lines, "Cycles")[1:]]
    assert [row[:3] for row in cycles] == [["1", TRUNK, "2"], ["2", PRUNED, "4"]]
    tests = [made.accuracy[PRUNED, seed, "test"] for seed in (0, 1, 2)]
    mean, spread = sum(tests) / 3, (sum((x - sum(tests) / 3) ** 2 for x in tests) / 2) ** 0.5
    assert " ".join(cycles[1][-3:]) == with_spread(mean, spread)
    assert f'In Python: sculpt.load("made", "{RUN}", seed=0)' == lines[-1]
    assert all(len(line) <= 110 for line in lines)


def test_a_node_says_which_runs_report_it(made):
    lines = shown("made", TRUNK, made.root)
    assert lines[0] == f"Node {TRUNK} of made"
    assert f"Reported by cyclic/erk_0.5 (cycle 1), {RUN} (cycle 1)" in lines
    assert "Cycles" not in lines
    files = section(lines, "Files")
    assert files[0] == "  results/made/cyclic/seeds_0-1/erk_0.5/cycle_1/"
    assert files[2] == "  results/made/cyclic/seeds_2-2/erk_0.5/cycle_1/"
    assert "weights.safetensors" in files[1]


def test_a_node_that_no_run_reports(made):
    assert "No run reports it: others begin from it or prune it" in shown("made", "init/init", made.root)


def test_layers_are_counted_over_all_seeds(made):
    layers = kept_by_layer(made.results, PRUNED)
    assert layers.kept.index.tolist() == [0, 1, 2]
    masks = [made.mask[PRUNED, seed] for seed in (0, 1, 2)]
    assert layers.kept["conv1.weight"].tolist() == [int(mask["body.conv.weight"].sum()) for mask in masks]
    assert layers.sizes["conv1.weight"] == masks[0]["body.conv.weight"].numel()
    lines = section(shown("made", PRUNED, made.root), "Layers")
    whole = sum(int(kept.sum()) for mask in masks for kept in mask.values()) / 3 / layers.sizes.sum()
    assert lines[0] == f"  {len(layers.sizes)} prunable, {layers.sizes.sum():,} weights, {whole:.4g} of them kept"
    single = sum(any(int(mask[name].sum()) == 1 for mask in masks) for name in masks[0])
    assert single and f"{single} layer" in lines[-1]


def test_lineage_names_what_was_changed(made):
    folder = made.results / "cyclic/seeds_0-1/changed/cycle_1"
    rows = [{"seed": seed, "density": 0.5, "epochs": 2, "validation": {"accuracy": 40.0 + seed}} for seed in (0, 1)]
    record = {
        "lineage": {"weights": "init/init", "mask": TRUNK},
        "change": {"name": "shuffled"},
        "transform": {"name": "random_signs"},
        "seeds": rows,
    }
    write_json(folder / "record.json", record)
    *before, last = lineage(made.results, "cyclic/changed/cycle_1")
    assert [step.key for step in before] == ["init/init", "masks/erk_0.5", TRUNK]
    assert last.made == "mask shuffled, weights random_signs"
    assert last.validation == (40.5, 0.5**0.5)
    assert before[0].validation is None


def test_what_is_not_there_is_named(made):
    with pytest.raises(SculptError, match=f"nearest: '{RUN}'"):
        shown("made", "sculpt/erk_0.5/0.11", made.root)
    write_json(made.results / "cyclic/seeds_0-1/lost/record.json", {"lineage": {"weights": "dense/x"}, "seeds": []})
    with pytest.raises(SculptError, match=r"holds no record\.json of dense/x"):
        lineage(made.results, "cyclic/lost")
