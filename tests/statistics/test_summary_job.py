"""The job of the tables plans the experiment's tree again, from its settings alone."""

import json
from pathlib import Path
from types import SimpleNamespace

from sculpt.core.kinds import METHODS
from sculpt.params.experiment import described
from sculpt.params.load import load
from sculpt.pipeline.dag.grid import Grid
from sculpt.pipeline.dag.report import SUMMARY
from sculpt.recipe.tree import Tree

PARAMS = Path(__file__).parents[2] / "params.yaml"


def settings(experiment):
    (job,) = SUMMARY.all_jobs(Grid("some", experiment))
    return json.loads(job.config)["experiment"]


def test_a_run_method_may_plan_by_any_setting_of_training_and_data(monkeypatch):
    experiment = described(load(PARAMS).experiments["digits"])
    experiment["variants"] = {"noisy": {**experiment["training"], "label_noise": 0.2}}
    read = []

    def planned(tree, run):
        read.append([tree.training(None)["batch_size"], tree.training("noisy")["update"], tree.experiment["data"]])
        read[-1] += [tree.experiment[section] for section in ("model", "criteria", "transforms")]
        METHODS.load(run["method"])(tree, run)

    monkeypatch.setattr("sculpt.recipe.tree.METHODS", SimpleNamespace(load=lambda name: planned))
    found = settings(experiment)
    asked, read[:] = read[:], []
    assert Tree(found).runs and read == asked


def test_how_it_is_drawn_and_looked_at_decides_no_table():
    experiment = described(load(PARAMS).experiments["digits"])
    assert experiment.keys() - settings(experiment).keys() == {"figures", "analyses", "profiles", "hardware", "claims"}
