"""An experiment's files as its jobs write them, of numbers that nothing was trained for, and the reports on them."""

import json
import shutil
from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd
import torch

from sculpt.cli.examination.examine import CHECKS
from sculpt.cli.examination.findings import Findings, place_of
from sculpt.core.files import read_json, write_json
from sculpt.core.hits import write_hits
from sculpt.core.tables import read_table, write_table
from sculpt.core.tensors import read_tensors, write_tensors
from sculpt.params.experiment import REFERENCE_TABLES, Experiment, described
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.dag.job import Job
from sculpt.recipe.tree import Tree
from sculpt.stages import judge, plot, summarise

ROOT = Path(__file__).parents[2]
LAYERS = {"body.conv.weight": 300, "head.weight": 100}
FACTS = {"classes": 2, "sizes": {"test": 20}}


def accuracy(key: str, seed: int) -> float:
    """Another one for each node, and no two seeds alike."""
    return 50 + crc32(key.encode()) % 4000 / 100 + seed**2


class Made:
    """The files of an experiment called `some` below a folder, and what its reports say. said: the lines of jobs."""

    def __init__(self, experiment: Experiment, root: Path):
        self.root, self.said = root, []
        self.jobs = all_jobs("some", experiment)
        self.tree = Tree(described(experiment))
        for file in REFERENCE_TABLES.values():  # the repository's own, as in every checkout
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / file, root / file)
        for job in self.jobs:
            if make := _MAKERS.get(job.program):
                make(self, job, json.loads(job.config))

    def report(self) -> None:
        """Run the jobs of the tables, the claims and the figures."""
        lines = SimpleNamespace(tell=self.said.append, log=self.said.append, file="claims.log")
        results, figures = self.root / "results/some", self.root / "figures/some"
        for job in self.jobs:
            config = json.loads(job.config)
            tables = [self.root / file for file in job.inputs.get("tables", [])]
            if job.program == "summarise":
                summarise.main(Namespace(config=config, results=results, out=results / "summary"), lines)
            elif job.program == "judge":
                out = self.root / job.files["claims"]
                hits = [self.root / file for file in job.inputs["hits"]]
                untested = self.root / job.files["untested"]
                judge.main(Namespace(config=config, tables=tables, hits=hits, out=out, untested=untested), lines)
            elif job.program == "plot":
                out = figures / job.wildcards["figure"]
                plot.main(Namespace(config=config, tables=tables, out=out), lines)

    def examined(self) -> list[tuple[str, str]]:
        """The faults that validation finds in the reports, taken that all before them is sound."""
        found = Findings(self.root, set())
        found.facts = FACTS
        for job in self.jobs:
            files = {name: self.root / file for name, file in job.files.items()}
            if job.program in ("initialize", "generate_mask", "train_node"):
                found.records[place_of(job)] = read_json(files["record"])["seeds"]
            if job.program == "train_node":
                found.histories[place_of(job)] = read_table(files["history"])
            if job.program == "generate_mask":
                mask = read_tensors(files["mask"])
                found.kept[place_of(job)] = {name: (t[0].numel(), t.sum(1).tolist()) for name, t in mask.items()}
            if job.program in ("evaluate", "analyse", "summarise", "judge", "plot"):
                CHECKS[job.program](found, job)
        return found.faults

    def table(self, name: str) -> pd.DataFrame:
        return read_table(self.root / f"results/some/summary/{name}.csv")

    def figure(self, label: str) -> pd.DataFrame:
        return read_table(self.root / f"figures/some/{label}.csv")


def _node(made: Made, job: Job, config: dict[str, Any]) -> None:
    node = made.tree.nodes[f"{job.rule}/{job.wildcards['node']}"]
    epochs = node.trained_epochs
    flops = {"train_flops": int(1e6 * epochs * node.density), "train_flops_dense": 10**6 * epochs}
    seeds = [
        {"seed": seed, "density": node.density, "epochs": epochs, "train_loss": accuracy(node.key, seed) / 50, **flops}
        | {"validation": {"accuracy": accuracy(node.key, seed) + 1, "loss": 0.5}}
        for seed in config["seeds"]
    ]
    history = [
        {
            "seed": seed,
            "epoch": epoch,
            "learning_rate": 0.1,
            "train_loss": accuracy(node.key, seed) / 50,
            "train_accuracy": 9.0,
        }
        for epoch in range(node.first_epoch + 1, node.first_epoch + epochs + 1)
        for seed in config["seeds"]
    ]
    write_json(made.root / job.files["record"], {"seeds": seeds})
    write_table(made.root / job.files["history"], pd.DataFrame(history))


def _drawn(made: Made, job: Job, config: dict[str, Any]) -> None:
    cost = {"epochs": 0, "train_flops": 0, "train_flops_dense": 0}
    seeds = [{"seed": seed, "density": config.get("density", 1.0), **cost} for seed in config["seeds"]]
    kept = {
        layer: torch.arange(size).repeat(len(seeds), 1) < size * config.get("density", 1.0)
        for layer, size in LAYERS.items()
    }
    write_json(made.root / job.files["record"], {"seeds": seeds})
    write_tensors(made.root / job.files["mask"], kept)


def _evaluated(made: Made, job: Job, config: dict[str, Any]) -> None:
    rows = [
        (key, seed, label, 10, accuracy(key, seed), 0.5)
        for key in config["nodes"]
        for seed in config["seeds"]
        for label in range(FACTS["classes"])
    ]
    table = pd.DataFrame(rows, columns=["node", "seed", "class", "images", "accuracy", "loss"])
    write_table(made.root / job.files["table"], table)
    images = np.arange(FACTS["sizes"]["test"])
    hits = {
        key: np.array([images < round(len(images) * accuracy(key, seed) / 100) for seed in config["seeds"]])
        for key in config["nodes"]
    }
    write_hits(made.root / job.files["hits"], config["seeds"], hits)


def _analysed(made: Made, job: Job, config: dict[str, Any]) -> None:
    rows = [
        {"node": key, "seed": seed, "before": before, "layer": "all", "kept": 40, "kept_before": 40, "shared": 40}
        | {"overlap": 0.9, "distance": 2.0, "relative_distance": accuracy(key, seed) / 100}
        for key, before in config["nodes"]
        for seed in config["seeds"]
    ]
    write_table(made.root / job.files["table"], pd.DataFrame(rows))


_MAKERS = {
    "initialize": _drawn,
    "generate_mask": _drawn,
    "train_node": _node,
    "evaluate": _evaluated,
    "analyse": _analysed,
}
