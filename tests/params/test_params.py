"""params.yaml is read as a whole: every fault at once, the form of its values, and the repository's own."""

import json
from types import SimpleNamespace

import pytest
from mistakes import ROOT, TEXT, D, refused, write

from sculpt.core.settings import values
from sculpt.params.experiment import _beyond_the_kernels, described
from sculpt.params.load import load
from sculpt.params.read import ParamsError
from sculpt.pipeline.dag.grid import Grid


def test_every_fault_is_told_at_once_each_once(tmp_path):
    """Those of two sections, and two that only the whole experiment shows; an experiment that is based on it is not
    charged with them."""
    more = "  other:\n    based_on: digits\n    variants: {slow: {learning_rate: 0.01}}\n"
    changes = ("epochs: 5", "epochs: 0"), ("width: 8", "width: -8")
    assert refused(write(tmp_path, *changes, more=more)) == [
        D + "model.width: -8; allowed: at least 1",
        D + "training.epochs: 0; allowed: at least 1",
    ]
    changes = ("batch_size: 64", "batch_size: 2000"), ("rewind_epoch: 1", "rewind_epoch: 5")
    assert refused(write(tmp_path, *changes, more=more)) == [
        D + "training.batch_size: 2000; allowed: at most data.train (1000)",
        D + "runs.15.rewind_epoch: 5; allowed: 1 to 4 (training.epochs is 5)",
    ]


def test_a_file_that_is_not_text_is_refused(tmp_path):
    path = tmp_path / "params.yaml"
    path.write_bytes(TEXT.encode() + "# caf\xe9".encode("latin-1"))
    with pytest.raises(ParamsError, match=r"^params\.yaml: not readable"):
        load(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ParamsError, match=r"nowhere\.yaml: no such file"):
        load(tmp_path / "nowhere.yaml")


def test_a_data_set_whose_images_differ_in_size_is_stored_at_any(tmp_path):
    images = "{name: imagenet, train: 1000, validation: 297, test: 500, size: 250, crop: 224}"
    few = [(f"{label}: {{samples_per_class: 10}}", f"{label}: {{samples_per_class: 1}}") for label in ("snip", "grasp")]
    path = write(tmp_path, *few, ("{name: digits, train: 1000, validation: 297, test: 500, size: 8}", images))
    assert load(path).experiments["digits"].data.crop == 224


def test_the_repository_params_hold():
    for name, experiment in load(ROOT / "params.yaml").experiments.items():
        assert Grid(name, described(experiment)).tree.runs


def test_an_execution_profile_sets_threads_and_the_environment(tmp_path):
    wide = "precision: float32, threads: 4, environment: {ONEDNN_MAX_CPU_ISA: AVX2}}"
    path = write(tmp_path, ("precision: float32, engine: kernels}", wide))
    profile = values(load(path).experiments["digits"])["profiles"]["default"]
    assert profile["threads"] == 4 and profile["environment"] == {"ONEDNN_MAX_CPU_ISA": "AVX2"}


def test_values_have_one_form_and_leave_out_none_alone(tmp_path):
    """Whatever a person writes: 1 for 1.0, -0.0, null for a key that may be absent."""
    changes = (
        ("smoothing: 0.0", "smoothing: -0.0"),
        ("warmup: 1.0", "warmup: 1"),
        ("flip: false", "flip: false\n      resized_crop: null"),
    )
    plain, odd = (values(load(write(tmp_path, *each)).experiments["digits"]) for each in ((), changes))
    assert json.dumps(odd) == json.dumps(plain)
    assert plain["training"]["loss"] == {"name": "cross_entropy", "smoothing": 0.0}
    assert {"label_noise", "shift", "flip"} <= plain["training"].keys() and plain["variants"] == {}
    assert "profile" not in plain["training"]


def test_a_loss_and_an_update_rule_that_the_kernels_lack_ask_for_torch():
    entries = {"loss": "focal", "update": "lion"}
    training = SimpleNamespace(**{key: SimpleNamespace(name=name) for key, name in entries.items()}, resized_crop=None)
    assert list(_beyond_the_kernels("variants.x", training)) == [
        'variants.x.loss.name: "focal"; allowed: cross_entropy with the engine kernels, or variants.x.engine: torch',
        'variants.x.update.name: "lion"; allowed: sgd with the engine kernels, or variants.x.engine: torch',
    ]
