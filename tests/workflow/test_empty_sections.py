"""An experiment may leave out any method: the tables, claims, figures and what validation expects of them hold."""

import json
import math
from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import torch

from sculpt.cli.examination.findings import Findings, place_of
from sculpt.cli.examination.reports import claims, evaluation, figure, summary
from sculpt.core.files import read_json, write_json
from sculpt.core.tables import read_table, write_table
from sculpt.core.tensors import write_tensors
from sculpt.params.experiment import Experiment
from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.pipeline.dag.job import Job
from sculpt.stages import judge, plot, summarise
from sculpt.statistics.judgement import verdicts

ROOT = Path(__file__).parents[2]
DIGITS = load(ROOT / "params.yaml").experiments["digits"].model_dump(mode="json", exclude_none=True)
RUNS = {
    "dense": [{"method": "dense", "cycles": 1}],
    "masks": [{"method": "masks", "masks": ["erk", "snip"], "densities": [0.02]}],
    "cyclic": [
        {"method": "cyclic", "mask": "erk", "densities": [0.1, 0.02]},
        {"method": "cyclic", "mask": "snip", "densities": [0.02]},
    ],
    "long": [{"method": "long", "mask": "erk", "densities": [0.1, 0.02]}],
    "sculpt": [{"method": "sculpt", "mask": "erk", "start": 0.5, "targets": [0.1, 0.02]}],
    "lrr": [{"method": "lrr", "ladder": [0.5, 0.02]}],
    "wr": [{"method": "wr", "rewind_epoch": 1, "ladder": [0.02]}],
}
FIGURES = {"accuracy_vs_density": {}, "start_target_map": {}}
LAYERS = {"body.conv.weight": 300, "head.weight": 100}
FACTS = {"classes": 2, "sizes": {"test": 20}}
CASES = {f"no {gone}": [method for method in RUNS if method != gone] for gone in RUNS}
CASES |= {f"{alone} alone": [alone] for alone in RUNS if alone not in ("masks",)}
CASES |= {"dense and masks": ["dense", "masks"], "everything": [*RUNS]}


def experiment(seeds: int, methods: list[str]) -> Experiment:
    runs = [run for method in methods for run in RUNS[method]]
    figures = {name: {"name": name, "width": 5.5, **more} for name, more in FIGURES.items()}
    settings = {"seeds": seeds, "replicates": 2, "cycles": 3, "runs": runs, "analyses": {}, "figures": figures}
    return Experiment.model_validate_json(json.dumps({**DIGITS, **settings}))


def accuracy(key: str, seed: int) -> float:
    """Another one for each node, and no two seeds alike."""
    return 50 + 40 * math.sin(len(key) + sum(map(ord, key)) % 17) + seed**2


def make_up(job: Job, root: Path, found: Findings) -> None:
    """Files as the job writes them, of numbers that nothing was trained for. They are sound, so they are findings."""
    config = json.loads(job.config)
    seeds = config.get("seeds")
    if job.program in ("initialize", "generate_mask", "train_node"):
        place, cycle = place_of(job), config.get("cycle", {"epochs": 0, "first_epoch": 0})
        epochs = cycle.get("stop_epoch", cycle["epochs"])
        cost = {"epochs": epochs, "train_flops": 10**5 * epochs, "train_flops_dense": 10**6 * epochs}
        scores = {"train_loss": 0.5, "validation": {"accuracy": 0.0, "loss": 0.5}}
        made = [{"seed": seed, "density": 0.5, **cost, **scores} for seed in seeds]
        for seed, record in zip(seeds, made, strict=True):
            record["validation"]["accuracy"] = accuracy(place[0], seed) + 1
        write_json(root / job.files["record"], {"seeds": made})
        found.records[place] = read_json(root / job.files["record"])["seeds"]
        if job.program == "train_node":
            trained = range(cycle["first_epoch"] + 1, cycle["first_epoch"] + epochs + 1)
            rows = [(seed, epoch, 0.1, 1 / (epoch + seed), 9.0) for epoch in trained for seed in seeds]
            columns = ["seed", "epoch", "learning_rate", "train_loss", "train_accuracy"]
            write_table(root / job.files["history"], pd.DataFrame(rows, columns=columns))
            found.histories[place] = read_table(root / job.files["history"])
        if job.program == "generate_mask":
            density = config["density"]
            mask = {name: torch.arange(size).repeat(len(seeds), 1) < size * density for name, size in LAYERS.items()}
            write_tensors(root / job.files["mask"], mask)
            found.kept[place] = {name: (kept[0].numel(), kept.sum(1).tolist()) for name, kept in mask.items()}
    elif job.program == "evaluate":
        rows = [
            (node, seed, label, 10, accuracy(node, seed), 0.5)
            for node in config["nodes"]
            for seed in seeds
            for label in range(2)
        ]
        columns = ["node", "seed", "class", "images", "accuracy", "loss"]
        write_table(root / job.files["table"], pd.DataFrame(rows, columns=columns))
        evaluation(found, job)


@pytest.mark.parametrize("seeds", [1, 3])
@pytest.mark.parametrize("methods", CASES.values(), ids=CASES)
def test_every_method_may_be_left_out(tmp_path, methods, seeds):
    some = experiment(seeds, methods)
    results, said = tmp_path / "results/some", []
    found, lines = Findings(tmp_path, set()), SimpleNamespace(tell=said.append, log=said.append)
    found.facts = FACTS
    for job in all_jobs("some", some):
        config = json.loads(job.config)
        make_up(job, tmp_path, found)
        if job.program == "summarise":
            summarise.main(Namespace(config=config, results=results, out=results / "summary"), lines)
            summary(found, job)
        elif job.program == "judge":
            out = tmp_path / job.files["claims"]
            judge.main(Namespace(config=config, tables=results / "summary", out=out), lines)
            claims(found, job)
        elif job.program == "plot":
            stem = (tmp_path / job.files["svg"]).with_suffix("")
            plot.main(Namespace(config=config, tables=results / "summary", out=stem), lines)
            figure(found, job)
    assert found.faults == []

    table, tested = read_table(results / "summary/summary.csv"), read_json(results / "summary/claims.json")
    asked = {"single" if method == "cyclic" else method for method in methods} | {*methods}
    assert set(table.loc[table["result"], "method"]) == asked - {"masks"}
    printed = verdicts.table(tested)
    assert all(claim["statement"] in printed for claim in tested)
    names = sorted(path.name for path in (tmp_path / "figures/some").iterdir())
    assert names == sorted(f"{name}.{kind}" for name in FIGURES for kind in ("csv", "png", "svg"))
