"""An experiment where neither Snakemake nor DVC is at hand: its stages in this process, in the recipe's order.

    python benchmarks/small_experiment.py EXPERIMENT --out FOLDER [--dense] [--seconds N]

EXPERIMENT is one of gpu.yaml. Prints its claims, and leaves the summary and the test accuracy of every node in FOLDER.
With `--dense`, the dense network alone. With `--seconds`, no node begins after that time: then the nodes that are there
are evaluated, and claims need all. Checkpoints are not kept.
"""

import argparse
import shutil
import sys
import tempfile
import time
from math import inf
from pathlib import Path
from typing import Any

from sculpt.core.errors import SculptError
from sculpt.core.files import MASK, RECORD, WEIGHTS, read_json
from sculpt.core.tables import read_table, write_table
from sculpt.params.load import Experiment, load
from sculpt.pipeline.dag import settings as jobs
from sculpt.recipe.tree import Block, Mask, Node, Recipe, node_folder
from sculpt.stages.job import run
from sculpt.statistics.summary import scores_of_nodes
from sculpt.statistics.verdicts import table

PARAMS = Path(__file__).with_name("gpu.yaml")


class Stages:
    """The stages of one experiment as rules/ call them, with their files below `folder`."""

    def __init__(self, folder: Path, name: str, experiment: Experiment):
        self.folder, self.name, self.experiment = folder, name, experiment
        self.results = folder / "results" / name

    def prepare_data(self) -> None:
        self._run("prepare_data", jobs.data_settings(self.experiment), out=self.results / "data")

    def initialize(self, block: Block) -> None:
        settings = jobs.init_settings(self.experiment, block)
        self._run("initialize", settings, data=self.results / "data", out=self._at(block, "init/init"))

    def generate_mask(self, block: Block, mask: Mask) -> None:
        self._run(
            "generate_mask",
            jobs.mask_settings(self.experiment, block, mask),
            data=self.results / "data",
            weights=self._at(block, "init/init") / WEIGHTS,
            out=self._at(block, mask.key),
        )

    def train_node(self, block: Block, node: Node) -> None:
        above = self._at(block, node.mask_from)
        paths = {
            "data": self.results / "data",
            "weights": self._at(block, node.weights_from) / WEIGHTS,
            "mask": above / MASK,
            "before": above / RECORD,
            "out": self._at(block, node.key),
        }
        if node.prune is not None:
            paths["scored"] = above / WEIGHTS
        self._run("train_node", jobs.node_settings(self.experiment, block, node), label=node.key, **paths)

    def evaluate(self, block: Block, stage: str, nodes: list[Node]) -> Path:
        """Where the test accuracy of each node and class is."""
        out = self.results / "evaluate" / block.name / "default" / f"{stage}.csv"
        settings = jobs.evaluation_settings(self.experiment, block, "default", nodes)
        self._run("evaluate", settings, data=self.results / "data", nodes=self.results / stage / block.name, out=out)
        return out

    def summarise(self) -> Path:
        """The folder of the summary."""
        out = self.results / "summary"
        self._run("summarise", jobs.summary_settings(self.name, self.experiment), results=self.results, out=out)
        return out

    def _at(self, block: Block, key: str) -> Path:
        return self.folder / node_folder(self.name, block.name, key)

    def _run(self, stage: str, settings: dict[str, Any], label: str | None = None, **paths: Path) -> None:
        options = {"config": jobs.canonical(settings), "label": label or stage, "log": self.folder / "log", **paths}
        run(stage, [word for name, value in options.items() for word in (f"--{name}", str(value))])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("experiment")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--dense", action="store_true", help="the dense network alone, and no claims")
    parser.add_argument("--seconds", type=float, default=inf, help="begin no node after this time")
    given = parser.parse_args()
    start = time.monotonic()
    try:
        name, experiment = load(PARAMS).select(given.experiment)
    except SculptError as error:
        sys.exit(str(error))
    recipe = Recipe(experiment)
    nodes = recipe.stage("dense") if given.dense else list(recipe.nodes.values())
    masks = [] if given.dense else list(recipe.masks.values())
    with tempfile.TemporaryDirectory() as folder:
        stages = Stages(Path(folder), name, experiment)
        tables = walk(stages, recipe.blocks, masks, nodes, start + given.seconds)
        scores = scores_of_nodes(tables)
        write_table(given.out / "test_accuracy.csv", scores)
        whole = len(scores) == len(nodes) * experiment.seeds
        if given.dense or not whole:
            print(scores.to_string(index=False))
        else:
            summary = stages.summarise()
            for file in ("summary.csv", "claims.json"):
                shutil.copy(summary / file, given.out)
            print(table(read_json(summary / "claims.json")))
    made = len(scores) // experiment.seeds
    print(f"{name}: {made} of {len(nodes)} nodes, {experiment.seeds} seeds each, in {time.monotonic() - start:.0f} s")
    if not whole:
        sys.exit("not every node was begun in time: no claims")


def walk(stages: Stages, blocks: list[Block], masks: list[Mask], nodes: list[Node], end: float) -> list[Any]:
    """Make all that `nodes`, which stand in the recipe's order, need; gives the tables of their test accuracy.

    end: the time by the monotonic clock after which no node begins.
    """
    stages.prepare_data()
    tables = []
    for block in blocks:
        stages.initialize(block)
        for mask in masks:
            stages.generate_mask(block, mask)
        made = []
        for node in nodes:
            if time.monotonic() < end:
                stages.train_node(block, node)
                made.append(node)
        for stage in dict.fromkeys(node.stage for node in made):
            found = read_table(stages.evaluate(block, stage, [node for node in made if node.stage == stage]))
            tables.append(found.assign(node=stage + "/" + found["node"]))
    return tables


if __name__ == "__main__":
    main()
