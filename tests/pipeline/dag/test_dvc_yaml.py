"""dvc.yaml: what it names of params.yaml, along the experiments that another is based on."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sculpt.params.inherit import whole
from sculpt.pipeline.dag.dvc_yaml import dvc_yaml
from sculpt.pipeline.dag.experiment import STAGES

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def raw() -> dict:
    return YAML(typ="safe").load(ROOT / "params.yaml")["experiments"]


def stages(recorded: list[str], experiments: dict) -> dict:
    return YAML(typ="safe").load(dvc_yaml(recorded, experiments))["stages"]


def params(recorded: list[str], experiments: dict, stage: str, name: str) -> list[str]:
    """The keys of an experiment in a stage, as DVC resolves them."""
    whole = stages(recorded, experiments)[stage]
    keys = {f"${{item[{place}]}}": key for place, key in enumerate(whole["foreach"][name])}
    return [keys[key] for key in whole["do"].get("params", [])]


def test_one_stage_per_folder_whose_output_is_the_folder(raw):
    found = stages(["digits"], raw)
    assert list(found) == list(dict.fromkeys(stage.folder for stage in STAGES))
    for name, stage in found.items():
        (out,) = stage["do"]["outs"]
        assert list(out) == ["figures/${key}" if name == "figures" else f"results/${{key}}/{name}"]
        assert stage["do"]["cmd"] == f".venv/bin/sculpt stage {name} --experiment ${{key}}"
        assert f"results/${{key}}/{name}" not in stage["do"]["deps"]


def test_every_stage_depends_on_stages_that_are_there(raw):
    found = stages(["digits"], raw)
    for name, stage in found.items():
        read = [dep.rpartition("/")[2] for dep in stage["do"]["deps"] if dep.startswith("results/")]
        assert set(read) <= set(list(found)[: list(found).index(name)]), "each after those whose files it reads"


def test_keys_are_named_along_the_whole_chain():
    """DVC looks keys up in the file, which does not resolve based_on."""
    experiments = {
        "base": {"data": {"name": "digits"}, "runs": [1], "training": {"epochs": 5}},
        "middle": {"based_on": "base", "runs": [2]},
        "top": {"based_on": "middle", "data": {"name": "cifar10"}},
    }
    assert params(["top"], experiments, "data", "top") == ["experiments.top.data", "experiments.base.data"]
    cyclic = params(["top"], experiments, "cyclic", "top")
    assert cyclic == ["experiments.base.training", "experiments.middle.runs", "experiments.base.runs"]


def test_another_recorded_experiment_changes_no_key_of_the_first():
    experiments = {
        "a": {"data": {}, "runs": []},
        "b": {"based_on": "a", "runs": [], "variants": {}, "training": {}},
        "c": {"data": {}, "training": {}},
    }
    alone, beside = stages(["a"], experiments), stages(["c", "a", "b"], experiments)
    for stage in alone:
        ours, theirs = params(["a"], experiments, stage, "a"), params(["c", "a", "b"], experiments, stage, "a")
        assert list(dict.fromkeys(ours)) == list(dict.fromkeys(theirs))
        assert {**beside[stage]["do"], "params": []} == {**alone[stage]["do"], "params": []}
    assert params(["c", "a", "b"], experiments, "data", "b") == ["experiments.a.data"]


def test_a_stage_whose_keys_an_experiment_lacks_depends_on_the_experiment():
    """DVC takes no empty list of keys."""
    assert params(["a", "b"], {"a": {"data": {}}, "b": {"based_on": "c"}, "c": {}}, "data", "b") == ["experiments.b"]


def test_a_key_that_nobody_has_is_not_named(raw):
    """DVC stops at a key that is not there."""
    for name in raw:
        for stage in stages([name], raw):
            for key in params([name], raw, stage, name):
                here = {"experiments": raw}
                for part in key.split("."):
                    assert part in here, (name, key)
                    here = here[part]


def test_metrics_and_plots_are_those_of_the_recorded(raw):
    found = YAML(typ="safe").load(dvc_yaml(["digits", "digits-full"], raw))
    assert found["metrics"] == [f"results/{name}/summary/metrics" for name in ("digits", "digits-full")]
    labels = {name: whole(raw, name)["figures"] for name in ("digits", "digits-full")}
    assert found["plots"] == [f"figures/{name}/{label}.png" for name in labels for label in labels[name]]
