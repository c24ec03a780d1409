"""Checkpoints of one long schedule, and what an analysis that asks for the weights of a start has beside a node."""

import json

import pandas as pd
import pytest
from grids import experiment, small

from sculpt.core.kinds import ANALYSES
from sculpt.pipeline.dag.grid import Grid
from sculpt.pipeline.dag.look import ANALYSE, EVALUATE
from sculpt.pipeline.dag.train import CYCLIC
from sculpt.recipe.beside import looked_at
from sculpt.recipe.node import INIT
from sculpt.recipe.tree import RecipeError
from sculpt.statistics.of_runs import along_runs, history_table

PLAIN = {"method": "long", "mask": "erk", "densities": [0.05]}
LONG = {**PLAIN, "checkpoints": True}
END = "cyclic/erk_0.05/long_4"
AT = [f"{END}_at_{c}" for c in (1, 2, 3)]
OVERLAP = {"name": "overlap"}
TRAINED = {"learning_rate": 0.1, "train_loss": 0.5, "train_accuracy": 90.0}


@pytest.fixture
def from_weights(monkeypatch):
    """The analysis `overlap`, as if it asked for the weights that training started from."""
    monkeypatch.setattr(type(ANALYSES), "constant", lambda kind, name, constant, default=None: "weights")
    return OVERLAP


def jobs(stage, *runs):
    plain = experiment(analyses={"overlap": OVERLAP}, figures={}, runs=list(runs))
    plain.pop("hardware")
    return list(stage.all_jobs(Grid("some", plain)))


def test_each_ends_a_cycle_s_length_of_the_one_schedule():
    tree = small(LONG)
    (run,) = tree.runs
    assert run.checkpoints == tuple(AT) and run.path == (END,) and run.reported == ((4, END),)
    end = tree.nodes[END]
    for stop, key in zip((5, 10, 15), AT, strict=True):
        node = tree.nodes[key]
        assert (node.stop_epoch, node.span_of, node.epochs, node.stretch) == (stop, END, 20, 4)
        assert (node.weights_from, node.mask_from, node.first_epoch) == (end.weights_from, end.mask_from, 0)


def test_the_run_is_the_same_job_with_them_and_without():
    without, with_them = ({job.label: job.config for job in jobs(CYCLIC, run)} for run in (PLAIN, LONG))
    assert without.items() < with_them.items() and len(with_them) == 4
    assert jobs(EVALUATE, PLAIN) == jobs(EVALUATE, LONG), "a checkpoint is not evaluated"


def test_they_are_no_results_and_cost_nobody_anything():
    tree = small(LONG)
    assert [node.key for node in tree.results] == [END] and tree.branches() == [[tree.nodes[END]]]
    assert tree.cost(END) == [END, "masks/erk_0.05"]
    assert tree.unshared_epochs() == 20


def test_an_analysis_looks_at_each_beside_the_one_before_it():
    wanted = dict(zip([*AT, END], [None, *AT], strict=True))
    assert looked_at(small(LONG), OVERLAP) == wanted
    assert looked_at(small(PLAIN), OVERLAP) == {END: None}
    (job,) = jobs(ANALYSE, LONG)
    assert json.loads(job.config)["nodes"] == [list(pair) for pair in wanted.items()]
    assert job.wildcards["branch"] == END, "as without checkpoints"
    folders = {file.rpartition("/")[0].rpartition("/")[2] for file in job.inputs["nodes"]}
    assert folders == {key.rpartition("/")[2] for key in (*AT, END)}


def test_a_selection_that_leaves_the_run_out_leaves_them_out():
    cyclic = {"method": "cyclic", "mask": "erk", "densities": [0.05]}
    found = looked_at(small(LONG, cyclic), OVERLAP | {"methods": ["cyclic"]})
    assert list(found) == [f"cyclic/erk_0.05/cycle_{c}" for c in (1, 2, 3, 4)]


def test_tables_of_analyses_number_them_as_cycles_and_history_has_their_epochs_once():
    tree = small(LONG, {**PLAIN, "densities": [0.1]})
    other = "cyclic/erk_0.1/long_4"
    found = along_runs(tree, pd.DataFrame({"node": [*AT, END, other], "seed": 0, "height": range(5)}))
    assert found[["run", "cycle", "height"]].to_numpy().tolist() == [
        *(["long/erk_0.05", cycle, cycle - 1] for cycle in (1, 2, 3, 4)),
        ["long/erk_0.1", 1, 4],
    ]
    epochs = {
        key: pd.DataFrame({"seed": 0, "epoch": range(1, node.trained_epochs + 1)}).assign(**TRAINED)
        for key, node in tree.nodes.items()
    }
    history = history_table(tree, epochs)
    assert history.groupby(["run", "cycle", "node"]).size().to_dict() == {
        ("long/erk_0.05", 4, END): 20,
        ("long/erk_0.1", 1, other): 20,
    }


def test_beside_a_node_stand_the_weights_that_it_started_from(from_weights):
    tree = small(
        {"method": "imp", "ladder": [0.5, 0.1]},
        {"method": "wr", "rewind_epoch": 1, "ladder": [0.5]},
        {"method": "cyclic", "mask": "erk", "densities": [0.1], "cycles": 2, "transform": "mixed"},
        LONG,
    )
    found = looked_at(tree, from_weights)
    assert found["iterative/imp/0.5"] == found["iterative/imp/0.5/0.1"] == INIT
    assert found["iterative/wr_1/0.5"] == "dense/rewind_1"
    assert {key: above for key, above in found.items() if "mixed" in key} == {
        "cyclic/erk_0.1+mixed/cycle_2": "cyclic/erk_0.1+mixed/cycle_1"
    }, "what a transform changed is no checkpoint"
    assert [found[key] for key in (*AT, END)] == [INIT, *AT]


def test_a_job_reads_the_initialisation_too(from_weights):
    jobs_there = jobs(ANALYSE, {"method": "imp", "ladder": [0.5]})
    read = {file for job in jobs_there for file in job.inputs["nodes"] if "/init/" in file}
    assert read == {f"results/some/init/seeds_0-9/{file}" for file in ("weights.safetensors", "mask.safetensors")}


def test_an_analysis_without_any_such_node_is_refused_with_what_it_wants(from_weights):
    with pytest.raises(RecipeError, match="trains from another's weights as they are; allowed: a run"):
        jobs(ANALYSE, {"method": "cyclic", "mask": "erk", "densities": [0.1], "cycles": 1, "transform": "mixed"})
