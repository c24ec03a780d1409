"""The stages that make tables and claims: from files to files."""

import json
from argparse import Namespace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import trees

from sculpt.core.files import read_json, write_json
from sculpt.core.hits import write_hits
from sculpt.core.tables import read_table, write_table
from sculpt.core.tensors import write_tensors
from sculpt.recipe.headline import headline_names
from sculpt.recipe.node import below_results
from sculpt.stages import judge, plot, summarise
from sculpt.stages.jobs.job import Job, run

RUNS = (
    {"method": "dense", "cycles": 1},
    {"method": "masks", "masks": ["snip"], "densities": [0.5]},
    {"method": "cyclic", "mask": "erk", "densities": [0.1, 0.02]},
    {"method": "lrr", "ladder": [0.5, 0.1]},
)
OVERLAP = ["analyse/seeds_0-0/overlap/dense.csv", "analyse/seeds_1-1/overlap/dense.csv"]


@pytest.fixture
def results(tmp_path):
    """The results of an experiment as its jobs leave them."""
    made, folder = trees.tree(*RUNS), tmp_path / "results"
    tests, evaluations = trees.tests(made).assign(images=10), []
    for number, block in enumerate(made.blocks):
        for key, of_seeds in trees.records(made).items():
            write_json(folder / below_results(block.name, key) / "record.json", {"seeds": [of_seeds[number]]})
        for key, node in made.nodes.items():
            table = trees.history(node).query("seed in @block.seeds")
            write_table(folder / below_results(block.name, key) / "history.csv", table)
        for key in made.masks:
            mask = {"body.weight": torch.tensor([[True, False, True, False]])}
            write_tensors(folder / below_results(block.name, key) / "mask.safetensors", mask)
        evaluations.append(f"evaluate/{block.name}/default/all.csv")
        write_table(folder / evaluations[-1], tests.query("seed in @block.seeds").assign(**{"class": 0}))
        overlap = {"node": ["dense/cycle_1"], "before": ["init/init"], "seed": block.seeds, "shared": [0.5 + number]}
        write_table(folder / OVERLAP[number], pd.DataFrame(overlap))
    config = {"name": "small", "experiment": made.experiment, "evaluations": evaluations, "analyses": {}}
    return Namespace(results=folder, out=folder / "summary", config=config), Job("summary", tmp_path / "log")


def test_tables_of_an_experiment(results):
    given, job = results
    given.config["analyses"] = {"overlap": OVERLAP}
    summarise.main(given, job)
    found = {path.name: path for path in given.out.iterdir()}
    assert sorted(found) == ["history.csv", "layers.csv", "metrics", "overlap.csv", "summary.csv"]
    summary = read_table(found["summary.csv"])
    ends = summary[(summary["cycle"] == summary["cycles"]) & (summary["seed"] == 1)].set_index("run")
    assert ends["epochs"].to_dict() == {
        "dense": 5,
        **{f"{method}/erk_{density}": 5 * c for density in (0.1, 0.02) for method, c in (("single", 1), ("cyclic", 3))},
        "lrr/0.5": 10,
        "lrr/0.5/0.1": 15,
    }
    assert set(ends["test_accuracy"]) == {81.0}
    assert set(read_table(found["history.csv"])["run"]) == set(ends.index)
    layers = read_table(found["layers.csv"])
    assert set(layers["run"]) == {"masks/snip_0.5"} | {run for run in ends.index if "erk" in run}
    assert set(layers["weights"]) == {4} and set(layers["kept"]) == {2}
    overlap = read_table(found["overlap.csv"])
    assert overlap[["run", "cycle", "seed", "shared"]].to_numpy().tolist() == [
        [run, 1, seed, 0.5 + seed] for run in ("dense", "lrr/0.5", "lrr/0.5/0.1") for seed in (0, 1)
    ]
    accuracy = {"mean": 80.5, "sd": 0.707106781}
    assert read_json(found["metrics"] / "lrr.json") == {"0.1": accuracy, "0.5": accuracy}
    made = [path.stem for path in found["metrics"].iterdir()]
    assert sorted(made) == headline_names(trees.tree(*RUNS)) == ["cyclic_erk", "dense", "lrr", "single_erk"]


def test_no_file_is_removed_that_is_not_of_the_experiment(results):
    given, job = results
    write_table(given.out / "notes.csv", pd.DataFrame({"a": [1]}))
    summarise.main(given, job)
    assert (given.out / "notes.csv").read_text() == "a\n1\n"


def test_an_analysis_of_no_node_has_a_table_without_rows(results):
    given, job = results
    given.config["analyses"] = {"overlap": []}
    summarise.main(given, job)
    assert (given.out / "overlap.csv").read_text() == "run,cycle,node,seed\n"


def test_claims_are_read_off_the_tables_and_reasons_are_told(results, capfd):
    given, job = results
    summarise.main(given, job)
    file = given.results / "claims.json"
    names = ["cyclic_beats_long", "cyclic_beats_single", "cyclic_falls_behind_lrr"]
    judge.main(
        Namespace(
            config={"claims": names},
            tables=[given.out / "summary.csv"],
            hits=[],
            out=file,
            untested=given.results / "u.json",
        ),
        job,
    )
    (claim,) = json.loads(file.read_text())
    assert (claim["id"], claim["effect"], claim["n_seeds"]) == ("a", 0.0, 2)
    told = capfd.readouterr().err.strip().split("\n\n")[-1]
    assert told == f"summary: claims: 1; not tested: 2, {given.results / 'u.json'} says why"
    logged = Path(job.file).read_text().splitlines()[-3:-1]
    assert [line.split(" (")[0] for line in logged] == ["not tested: b", "not tested: e"]
    untested = json.loads((given.results / "u.json").read_text())
    assert [line["id"] for line in untested] == ["b", "e"]
    assert untested[1]["entry"] == "runs:\n  - {method: long, mask: erk, densities: [0.1, 0.02]}"


def test_claims_take_the_hits_of_every_seed_block(results):
    given, job = results
    summarise.main(given, job)
    nodes = [f"cyclic/erk_{density}/cycle_{cycle}" for density in (0.1, 0.02) for cycle in (1, 2, 3)]
    files = []
    for seed in (0, 1):
        files.append(given.results / f"{seed}.hits.safetensors")
        # One image more after every cycle, and for the second seed.
        hits = {key: np.array([np.arange(10) < int(key[-1]) + seed]) for key in nodes}
        write_hits(files[-1], [seed], hits)
    file, config = given.results / "claims.json", {"claims": ["cyclic_beats_single"]}
    judge.main(
        Namespace(
            config=config, tables=[given.out / "summary.csv"], hits=files, out=file, untested=given.results / "u.json"
        ),
        job,
    )
    (claim,) = read_json(file)
    assert (claim["n_seeds"], claim["n_images"], claim["effect"]) == (2, 10, 20.0)
    assert [(cell["mask"], cell["density"], cell["effect"]) for cell in claim["cells"]] == [
        ("erk", 0.1, 20.0),
        ("erk", 0.02, 20.0),
    ]


def test_a_claim_on_a_table_that_is_not_there_says_so(results, capfd):
    given, job = results
    summarise.main(given, job)
    file, settings = given.results / "claims.json", {"claims": ["cyclic_beats_long"]}
    judge.main(
        Namespace(
            config=settings, tables=[given.out / "history.csv"], hits=[], out=file, untested=given.results / "u.json"
        ),
        job,
    )
    assert json.loads(file.read_text()) == []
    assert ": this experiment has no rows of summary\n" in Path(job.file).read_text()


def test_reports_open_just_the_files_that_their_command_names(results, monkeypatch, tmp_path):
    given, log = results[0], ["--label", "some", "--log", str(tmp_path / "some.log")]
    given.config["analyses"] = {"overlap": OVERLAP}
    summarise.main(given, results[1])
    opened, tables = [], [str(given.out / "history.csv"), str(given.out / "summary.csv")]
    for stage in (judge, plot):
        monkeypatch.setattr(stage, "read_table", lambda file: opened.append(str(file)) or read_table(file))
    claims = json.dumps({"claims": ["cyclic_beats_single", "overlap"]})
    untested = ["--untested", str(tmp_path / "untested.json")]
    run("judge", ["--config", claims, *log, "--tables", *tables, "--out", str(tmp_path / "claims.json"), *untested])
    assert opened == tables
    assert "second?): this experiment has no rows of overlap" in (tmp_path / "some.log").read_text()
    run("judge", ["--config", claims, *log, "--tables", "--out", str(tmp_path / "claims.json"), *untested])
    assert opened == tables and read_json(tmp_path / "claims.json") == []
    figure = json.dumps({"figure": {"name": "training_loss", "width": 5.5, "densities": [0.1]}})
    run("plot", ["--config", figure, *log, "--tables", *tables, "--out", str(tmp_path / "drawn")])
    assert opened == 2 * tables and (tmp_path / "drawn.csv").stat().st_size
