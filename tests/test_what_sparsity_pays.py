"""The benchmarks behind the figure of what sparsity pays: times of steps, seconds of runs, and the figure."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from sculpt.core.tables import read_table, write_table
from sculpt.params.experiment import described
from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.recipe.tree import Tree
from sculpt.statistics.summary import summarise

ROOT = Path(__file__).parents[1]
BENCHMARKS = ROOT / "benchmarks"
MASK = 0.5
"""Made-up seconds of a mask, for each seed; those of a node are its epochs."""
SLOW = "seeds_8-9"
"""A block whose jobs took three times as long."""


def benchmark(script: str, *arguments: str | Path) -> subprocess.CompletedProcess:
    command = [sys.executable, BENCHMARKS / script, *arguments]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    """A folder as a run of the default experiment leaves it, in three blocks: params.yaml, logs and the summary."""
    folder = tmp_path_factory.mktemp("finished")
    params = (ROOT / "params.yaml").read_text().replace("replicates: 10", "replicates: 4", 1)
    (folder / "params.yaml").write_text(params)
    name, experiment = load(folder / "params.yaml").select()
    tree = Tree(described(experiment))
    for job in all_jobs(name, experiment):
        if job.program not in ("train_node", "generate_mask"):
            continue
        block = next(block for block in tree.blocks if block.name == job.wildcards["block"])
        spent = len(block.seeds) * (3 if block.name == SLOW else 1)
        if job.program == "train_node":
            spent *= tree.nodes[f"{job.rule}/{job.wildcards['node']}"].trained_epochs
            text = f"epoch 1/5, loss 2.0\ntrained in {spent:.2f} CPU s\n1e9 CPU s, peak memory 9 MiB\n"
        else:
            text = f"density 0.05\n{spent * MASK:.2f} CPU s, peak memory 9 MiB\n"
        log = folder / job.log
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(text)
    seeds = [seed for block in tree.blocks for seed in block.seeds]
    cost = {"density": 0.5, "train_flops": 10**9, "train_flops_dense": 10**9}
    ended = {"train_loss": 1.0, "validation": {"accuracy": 90.0}}
    epochs = {key: node.trained_epochs for key, node in tree.nodes.items()} | dict.fromkeys(tree.masks, 0)
    records = {key: [{"seed": seed, "epochs": epochs[key], **cost, **ended} for seed in seeds] for key in epochs}
    tests = pd.DataFrame([(key, seed, 80.0 + seed, 0.5) for key in tree.nodes for seed in seeds])
    summary = summarise(name, tree, records, tests.set_axis(["node", "seed", "accuracy", "loss"], axis=1))
    (folder / f"results/{name}/summary").mkdir(parents=True)
    write_table(folder / f"results/{name}/summary/summary.csv", summary)
    return folder


@pytest.fixture(scope="module")
def training(finished) -> Path:
    done = benchmark("training_seconds.py", "--folder", finished, "--out", finished / "training.csv")
    assert done.returncode == 0, done.stderr
    return finished / "training.csv"


@pytest.mark.parametrize(
    ("method", "seconds"),
    [
        pytest.param("cyclic", 4 * 5 + MASK, id="four cycles on a mask"),
        pytest.param("sculpt", 4 * 5 + MASK, id="a trunk that other runs share"),
        pytest.param("lrr", 7 * 5, id="the dense cycle and six rungs"),
        pytest.param("wr", 7 * 5, id="a rewind point that is a part of the dense cycle"),
    ],
)
def test_a_run_costs_what_all_of_its_nodes_and_masks_cost_once(training, method, seconds):
    found = read_table(training)
    ends = found[(found["cycle"] == found["cycles"]) & (found["target_density"] == 0.01)]
    of_seeds = (8 * seconds + 2 * 3 * seconds) / 10
    assert ends.loc[ends["method"] == method, "cpu_seconds_mean"].unique() == pytest.approx([of_seeds])


def test_a_node_that_was_not_trained_here_is_named(finished, tmp_path):
    log = finished / "logs/digits/dense/seeds_0-3/cycle_1.log"
    said = log.read_text()
    log.write_text("from the store\n")
    done = benchmark("training_seconds.py", "--folder", finished, "--out", tmp_path / "training.csv")
    log.write_text(said)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{log}: says no time") and done.stderr.count("\n") == 1
    assert not (tmp_path / "training.csv").exists()


def test_steps_are_timed_and_other_cases_keep_their_rows(tmp_path):
    out = tmp_path / "steps.csv"
    former = read_table(BENCHMARKS / "results/step_times.csv")
    write_table(out, former)
    done = benchmark("step_times.py", "digits", "--smoke", "--out", out)
    assert done.returncode == 0, done.stderr
    found = read_table(out)
    others = former["case"] != "digits"
    pd.testing.assert_frame_equal(
        found[found["case"] != "digits"].reset_index(drop=True), former[others].reset_index(drop=True)
    )
    of_digits = found[found["case"] == "digits"]
    assert list(zip(of_digits["engine"], of_digits["density"], strict=True)) == [
        ("torch", 1.0),
        ("engine", 1.0),
        ("torch", 0.1),
        ("engine", 0.1),
    ]
    assert of_digits["flops_share"].iloc[0] == 1 and 0.1 < of_digits["flops_share"].iloc[2] < 0.3
    parts = of_digits[["ms_lower_quartile", "ms_median", "ms_upper_quartile"]]
    assert (parts > 0).all(axis=None) and parts.apply(lambda row: row.is_monotonic_increasing, axis=1).all()


def test_a_smoke_run_keeps_nothing():
    done = benchmark("step_times.py", "--smoke")
    assert done.returncode == 2 and "--out" in done.stderr


def test_the_figure_is_drawn_from_the_two_tables(training, tmp_path):
    done = benchmark("what_sparsity_pays.py", "--training", training, "--out", tmp_path / "figure")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figure.png", "figure.svg"]
