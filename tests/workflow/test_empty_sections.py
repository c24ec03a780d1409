"""An experiment may leave out any method: the tables, claims, figures and what validation expects of them hold."""

import json
import math
from argparse import Namespace
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import torch

from sculpt import plotting as figures
from sculpt.core.files import read_json, write_json
from sculpt.core.tables import read_table, write_table
from sculpt.core.tensors import read_tensors, write_tensors
from sculpt.params.load import Experiment, load
from sculpt.pipeline.check.examination import _Examination
from sculpt.pipeline.dag.settings import figure_settings, summary_settings
from sculpt.recipe.tree import TRAINED_STAGES, Recipe, node_folder
from sculpt.stages import plot, summarise
from sculpt.statistics import claims, verdicts

DIGITS = load(Path(__file__).parents[2] / "params.yaml").experiments["digits"].model_dump(mode="json")
FULL = {
    "cyclic": {"cycles": 3, "runs": [{"mask": "erk", "densities": [0.1, 0.02]}, {"mask": "snip", "densities": [0.02]}]},
    "long": [{"mask": "erk", "densities": [0.1, 0.02]}],
    "sculpt": [{"mask": "erk", "start": 0.5, "targets": [0.1, 0.02]}],
    "iterative": [{"method": "lrr", "ladder": [0.5, 0.02]}, {"method": "wr", "rewind_epoch": 1, "ladder": [0.02]}],
    "masks": {**DIGITS["masks"], "compare": ["erk", "snip"], "compare_density": 0.02},
    "figures": {"width": 5.5, "loss_densities": [0.02], "cost_densities": [0.02]},
}
EMPTY = {
    "cyclic": {"cycles": 3, "runs": []},
    "long": [],
    "sculpt": [],
    "iterative": [],
    "masks": {**FULL["masks"], "compare": []},
}
RUNS = ("cyclic", "long", "sculpt", "iterative")
LEFT_OUT = {f"no {section}": {section: EMPTY[section]} for section in EMPTY}
LEFT_OUT |= {f"{alone} alone": {section: EMPTY[section] for section in RUNS if section != alone} for alone in RUNS}
LEFT_OUT |= {"no mask at all": {section: EMPTY[section] for section in EMPTY if section != "iterative"}}
LAYERS = {"body.conv.weight": 300, "head.weight": 100}
FACTS = {"classes": 2, "sizes": {"test": 20}}


def experiment(seeds: int, **sections) -> Experiment:
    settings = DIGITS | FULL | {"seeds": seeds, "replicates": 2, "dense": {"cycles": 1}} | sections
    return Experiment.model_validate_json(json.dumps(settings))


def accuracy(key: str, seed: int) -> float:
    """Another one for each node, and no two seeds alike."""
    return 50 + 40 * math.sin(len(key) + sum(map(ord, key)) % 17) + seed**2


def make_up(recipe: Recipe, root: Path) -> None:
    """Files as the jobs write them, of numbers that nothing was trained for."""
    for block, (key, node) in product(recipe.blocks, recipe.nodes.items()):
        folder = root / node_folder("some", block.name, key)
        epochs = sum(step.trained_epochs for step in recipe.path(key))
        flops = {"train_flops": int(1e6 * epochs * node.density), "train_flops_dense": 10**6 * epochs}
        records = [
            {"seed": seed, "density": node.density, "epochs": epochs, "train_loss": 1 / (epochs + seed), **flops}
            | {"validation": {"accuracy": accuracy(key, seed) + 1, "loss": 0.5}}
            for seed in block.seeds
        ]
        trained = range(node.first_epoch + 1, node.first_epoch + node.trained_epochs + 1)
        history = [
            {
                "seed": seed,
                "epoch": epoch,
                "learning_rate": 0.1,
                "train_loss": 1 / (epoch + seed),
                "train_accuracy": 9.0,
            }
            for epoch in trained
            for seed in block.seeds
        ]
        write_json(folder / "record.json", records)
        write_table(folder / "history.csv", pd.DataFrame(history))
    for block, mask in product(recipe.blocks, recipe.masks.values()):
        kept = {
            layer: torch.arange(size).repeat(len(block.seeds), 1) < size * mask.density
            for layer, size in LAYERS.items()
        }
        write_tensors(root / node_folder("some", block.name, mask.key) / "mask.safetensors", kept)
    for block, stage in product(recipe.blocks, filter(recipe.results, TRAINED_STAGES)):
        rows = [
            (node.name, seed, label, 10, accuracy(node.key, seed), 0.5)
            for node in recipe.results(stage)
            for seed in block.seeds
            for label in range(2)
        ]
        table = pd.DataFrame(rows, columns=["node", "seed", "class", "images", "accuracy", "loss"])
        write_table(root / f"results/some/evaluate/{block.name}/default/{stage}.csv", table)


def examine(recipe: Recipe, root: Path) -> list[tuple[str, str]]:
    """The faults of summary and figures, taken that all before them is sound."""
    found = _Examination("some", recipe, root, set())
    for block in recipe.blocks:
        for key in recipe.nodes:
            folder = root / node_folder("some", block.name, key)
            found.records[key, block] = read_json(folder / "record.json")
            found.histories[key, block] = read_table(folder / "history.csv")
        for key in recipe.masks:
            mask = read_tensors(root / node_folder("some", block.name, key) / "mask.safetensors")
            found.kept[key, block] = {name: (kept[0].numel(), kept.sum(1).tolist()) for name, kept in mask.items()}
    found.figures(found.summary(found.evaluations(FACTS)))
    return found.faults


@pytest.mark.parametrize("seeds", [1, 3])
@pytest.mark.parametrize("left_out", LEFT_OUT.values(), ids=LEFT_OUT)
def test_every_method_may_be_left_out(tmp_path, left_out, seeds):
    some = experiment(seeds, **left_out)
    recipe = Recipe(some)
    make_up(recipe, tmp_path)
    results, pictures = tmp_path / "results/some", tmp_path / "figures/some"
    said: list[str] = []
    job = SimpleNamespace(tell=said.append, log=said.append)

    given = Namespace(config=summary_settings("some", some), results=results, out=results / "summary")
    summarise.main(given, job)
    plot.main(Namespace(config=figure_settings(some), summary=results / "summary", out=pictures), job)
    assert examine(recipe, tmp_path) == []

    summary, tested = read_table(results / "summary/summary.csv"), read_json(results / "summary/claims.json")
    assert set(summary["method"]) - {"dense"} == {run["method"] for run in recipe.runs()} - {"dense"}
    assert claims.evaluate(summary) == tested
    assert [f"not tested: {line}" for line in claims.untested(summary)] == [line for line in said if "not test" in line]
    table = verdicts.table(tested)
    assert all(claim["statement"] in table for claim in tested)
    assert sorted(path.name for path in pictures.iterdir()) == sorted(
        f"{name}.{kind}" for name in figures.NAMES for kind in ("csv", "png", "svg")
    )
