"""Gather what all nodes and masks came to into the tables of the experiment: summary, history, layers, analyses."""

from argparse import Namespace
from pathlib import Path

import pandas as pd

from sculpt.core.files import HISTORY, MASK, RECORD, read_json, write_json
from sculpt.core.tables import read_table, write_table
from sculpt.core.tensors import read_tensors
from sculpt.recipe.node import below_results
from sculpt.recipe.tree import Tree
from sculpt.stages.jobs.job import Job
from sculpt.statistics.of_runs import along_runs, history_table, layer_table
from sculpt.statistics.summary import headline, scores_of_nodes, summarise

PATHS = ("results", "out")


def main(given: Namespace, job: Job) -> None:
    """Write summary.csv, history.csv, layers.csv, metrics/<name>.json and a table for each label of `analyses`.

    The settings' `evaluations` (a list) and `analyses` (a list for each label) name tables below --results.
    """
    config = given.config
    tree = Tree(config["experiment"])
    tests = scores_of_nodes([read_table(given.results / file) for file in config["evaluations"]])
    summary = summarise(config["name"], tree, _records(given, tree), tests)
    tables = {"summary": summary, "history": _history(given, tree), "layers": _layers(given, tree)}
    for label, files in config["analyses"].items():
        parts = [read_table(given.results / file) for file in files]
        tables[label] = along_runs(tree, pd.concat(parts) if parts else pd.DataFrame(columns=["node", "seed"]))
    for name, table in tables.items():
        write_table(given.out / f"{name}.csv", table)
    for name, metrics in headline(summary).items():
        write_json(given.out / "metrics" / f"{name}.json", metrics)
    job.tell(f"{len(summary)} rows, {len(tables)} tables")


def _files(given: Namespace, tree: Tree, key: str, name: str) -> list[Path]:
    """The file of that name of a node or mask, for each seed block."""
    return [given.results / below_results(block.name, key) / name for block in tree.blocks]


def _records(given: Namespace, tree: Tree) -> dict[str, list[dict]]:
    return {
        key: [of_seed for file in _files(given, tree, key, RECORD) for of_seed in read_json(file)["seeds"]]
        for key in (*tree.masks, *tree.nodes)
    }


def _history(given: Namespace, tree: Tree) -> pd.DataFrame:
    files = {key: _files(given, tree, key, HISTORY) for key in tree.nodes}
    return history_table(tree, {key: pd.concat(map(read_table, of_node)) for key, of_node in files.items()})


def _layers(given: Namespace, tree: Tree) -> pd.DataFrame:
    kept = {
        key: [
            {layer: (mask[0].numel(), mask.flatten(1).sum(1).tolist()) for layer, mask in read_tensors(file).items()}
            for file in _files(given, tree, key, MASK)
        ]
        for key in tree.masks
    }
    return layer_table(tree, kept)
