"""Each kind of mistake in params.yaml is refused: the key's path, the value, what is allowed, the nearest name."""

import json
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from sculpt.params.load import Experiment, Params, ParamsError, json_schema, load
from sculpt.recipe.tree import Recipe

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "params.yaml").read_text()


def faults(tmp_path, *changes: tuple[str, str]) -> str:
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(ParamsError) as caught:
        for experiment in load(path).experiments.values():
            Recipe(experiment)
    return str(caught.value)


D = "params.yaml: experiments.digits."
MISTAKES = {
    "unknown key": (
        ("batch_size: 64", "batchsize: 64"),
        D + "training.batchsize: unknown key; allowed: epochs, batch_size, schedule,",
        "nearest: 'batch_size'",
    ),
    "unknown key in a list": (
        ("start: 0.5, targets", "begin: 0.5, targets"),
        D + "sculpt.0.begin: unknown key; allowed: mask, start, targets",
        "",
    ),
    "unknown key of a schedule": (
        ("warmup: 1.0, start: 0.2", "warm_up: 1.0, start: 0.2"),
        D + "training.schedule.warm_up: unknown key; allowed: name, warmup, start; nearest: 'warmup'",
        D + "training.schedule.warmup: missing",
    ),
    "duplicate key": (
        ("momentum: 0.9", "momentum: 0.9\n      momentum: 0.8"),
        "'momentum' stands twice",
        "params.yaml: line",
    ),
    "text for a number": (("momentum: 0.9", "momentum: fast"), D + 'training.momentum: "fast"; allowed: a number', ""),
    "number in quotes": (("momentum: 0.9", 'momentum: "0.9"'), D + 'training.momentum: "0.9"; allowed: a number', ""),
    "fraction of an epoch": (("epochs: 5", "epochs: 5.5"), D + "training.epochs: 5.5; allowed: a whole number", ""),
    "truth for a number": (("epochs: 5", "epochs: true"), D + "training.epochs: true; allowed: a whole number", ""),
    "number for truth": (("flip: false", "flip: 0"), D + "training.flip: 0; allowed: true or false", ""),
    "out of range": (
        ("weight_decay: 0.0005", "weight_decay: -1"),
        D + "training.weight_decay: -1; allowed: at least 0",
        "",
    ),
    "not finite": (
        ("learning_rate: 0.1", "learning_rate: .inf"),
        D + "training.learning_rate",
        "allowed: a finite number",
    ),
    "density of zero": (
        ("compare_density: 0.05", "compare_density: 0"),
        D + "masks.compare_density: 0; allowed: above 0",
        "",
    ),
    "density above one": (
        ("{mask: erk, densities: [0.1,", "{mask: erk, densities: [1.1,"),
        D + "cyclic.runs.0.densities.0: 1.1; allowed: at most 1",
        "",
    ),
    "target above its start": (
        ("start: 0.02, targets: [0.01]", "start: 0.02, targets: [0.05]"),
        D + "sculpt.4.targets.0: 0.05 is not below the start density 0.02; allowed: above 0 and below 0.02",
        "",
    ),
    "target at its start": (
        ("start: 0.02, targets: [0.01]", "start: 0.02, targets: [0.02]"),
        D + "sculpt.4.targets.0: 0.02",
        "",
    ),
    "empty grid": (
        ("{mask: erk, densities: [0.1, 0.05, 0.02, 0.01]}", "{mask: erk, densities: []}"),
        D + "cyclic.runs.0.densities: []; allowed: at least one entry",
        "",
    ),
    "rising ladder": (
        ("lrr, ladder: [0.5, 0.2", "lrr, ladder: [0.2, 0.5"),
        D + "iterative.0.ladder.1: 0.5; allowed: below the rung before it (0.2)",
        "",
    ),
    "one density twice": (
        ("{mask: erk, densities: [0.1, 0.05,", "{mask: erk, densities: [0.1, 0.1, 0.05,"),
        D + "cyclic.runs.0.densities.1: 0.1; allowed: each run once, and cyclic.runs.0.densities.0 asks for this one",
        "",
    ),
    "one control twice": (
        ("{mask: synflow, densities: [0.05, 0.01]}", "{mask: erk, densities: [0.01]}"),
        D + "long.1.densities.0: 0.01; allowed: each run once, and long.0.densities.3 asks for this one already",
        "",
    ),
    "one target twice": (
        ("start: 0.02, targets: [0.01]", "start: 0.2, targets: [0.01]"),
        D + "sculpt.4.targets.0: 0.01; allowed: each run once, and sculpt.1.targets.3 asks for this one already",
        "",
    ),
    "two ladders with one beginning": (
        ("{method: imp, ladder: [0.5, 0.2,", "{method: lrr, ladder: [0.5, 0.3,"),
        D + "iterative.1.ladder.0: 0.5; allowed: each run once, and iterative.0.ladder.0 asks for this one already",
        "",
    ),
    "a figure too narrow for its text": (
        ("width: 5.5", "width: 1.5"),
        D + "figures.width: 1.5; allowed: at least 3.4",
        "",
    ),
    "a panel of losses without a run": (
        ("loss_densities: [0.05, 0.01]", "loss_densities: [0.3, 0.01]"),
        D + "figures.loss_densities.0: 0.3; allowed: densities of runs that this figure shows: 0.5, 0.2, 0.1, 0.05,",
        "",
    ),
    "a row of costs without a run": (
        ("cost_densities: [0.05, 0.01]", "cost_densities: [0.05, 0.015]"),
        D + "figures.cost_densities.1: 0.015; allowed: densities of runs that this figure shows: 0.5, 0.2, 0.1, 0.05,",
        "",
    ),
    "masks compared where there are none": (
        (
            "compare: [erk, balanced, uniform, snip, grasp, synflow, magnitude]\n      compare_density: 0.05",
            "compare: []\n      compare_density: 0.3",
        ),
        D + "masks.compare_density: 0.3; allowed: with no method in masks.compare, a density at which runs have masks: "
        "0.5, 0.2, 0.1, 0.05, 0.02, 0.01",
        "",
    ),
    "unknown mask method": (
        ("mask: synflow, start: 0.2", "mask: synflo, start: 0.2"),
        D + 'sculpt.5.mask: "synflo"; allowed:',
        "nearest: 'synflow'",
    ),
    "unknown schedule": (
        ("name: triangular", "name: triangle"),
        D + "training.schedule.name: 'triangle'; allowed: step, triangular",
        "nearest: 'triangular'",
    ),
    "schedule without a name": (
        ("name: triangular, ", ""),
        D + "training.schedule.name: missing; allowed: step, triangular, cosine, constant",
        "",
    ),
    "unknown model": (
        ("name: resnet20, width: 8", "name: resnet81, width: 8, stem: cifar"),
        D + "model.name: 'resnet81'; allowed: resnet20, vgg16,",
        "nearest: 'resnet18'",
    ),
    "model without its stem": (
        ("name: resnet20, width: 8", "name: resnet18, width: 8"),
        D + "model.stem: missing",
        "",
    ),
    "stem of a model that has one shape": (
        ("name: resnet20, width: 8", "name: vgg16, width: 8, stem: imagenet"),
        D + "model.stem: unknown key; allowed: name, width",
        "",
    ),
    "width that MobileNetV2 would round": (
        ("name: resnet20, width: 8", "name: mobilenetv2, width: 12, stem: cifar"),
        D + "model.width: 12; allowed: a multiple of 8",
        "",
    ),
    "images too small for the model": (
        ("name: resnet20, width: 8", "name: vgg19, width: 8"),
        D + "data.size: 8; allowed: at least 32, since vgg19 halves images five times",
        "",
    ),
    "a fault in an experiment that is called model": (
        ("  digits:\n    seeds: 3", "  model:\n    seeds: 0"),
        "experiments.model.seeds: 0; allowed: at least 1",
        "",
    ),
    "warm-up longer than the cycle": (
        ("warmup: 1.0", "warmup: 5.0"),
        D + "training.schedule.warmup: 5 epochs do not fit",
        "less than epochs (5)",
    ),
    "batch larger than the data": (
        ("batch_size: 64", "batch_size: 2000"),
        D + "training.batch_size: 2000; allowed: at most data.train (1000)",
        "",
    ),
    "rewinding past the cycle": (
        ("rewind_epoch: 1", "rewind_epoch: 5"),
        D + "iterative.2.rewind_epoch: 5; allowed: 1 to 4",
        "",
    ),
    "rewinding without WR": (
        ("{method: lrr,", "{method: lrr, rewind_epoch: 1,"),
        D + "iterative.0.rewind_epoch: 1; allowed: nothing",
        "",
    ),
    "missing key": (("    seeds: 3\n", ""), D + "seeds: missing", ""),
    "missing default profile": (("default: {device", "fast: {device"), D + "profiles: 'default' is missing", ""),
    "unknown experiment": (
        ("experiment: digits", "experiment: digit"),
        "params.yaml: experiment: 'digit' is not an experiment; allowed: digits",
        "nearest: 'digits'",
    ),
    "not YAML": (("seeds: 3", "seeds: [3"), "not YAML", "params.yaml: line"),
    "more images than there are": (
        ("train: 1000", "train: 1001"),
        D + "data.train: 1001 and validation 297; allowed: together at most 1297",
        "",
    ),
    "a size that is not there": (
        ("test: 500, size: 8", "test: 500, size: 16"),
        D + "data.size: 16; allowed: 8 or a number",
        "",
    ),
    "a crop larger than the image": (
        ("test: 500, size: 8", "test: 500, size: 8, crop: 9"),
        D + "data.crop: 9; allowed: at most size (8)",
        "",
    ),
    "more of a folder's images than there are": (
        ("{name: digits, train: 1000, validation", "{name: imagenet, train: 1281000, validation"),
        D + "data.train: 1281000 and validation 297; allowed: together at most 1281167",
        "",
    ),
    "two ways to crop": (
        ("shift: 1\n", "shift: 1\n      resized_crop: 0.08\n"),
        D + "training.shift: 1; allowed: 0 with resized_crop",
        "",
    ),
    "a profile with another name than a name": (
        (
            "default: {device: auto, precision: float32}",
            "default: {device: auto, precision: float32}\n      x y: {device: cpu, precision: float32}",
        ),
        D + "profiles.x y",
        "a name of lower-case letters",
    ),
    "an experiment that reads as a number": (
        ("  digits:\n", "  2024: {}\n  digits:\n"),
        "experiments.2024",
        "a name of lower-case letters",
    ),
    "a section that is none": (("dense: {cycles: 4}", "dense: 4"), D + "dense: 4; allowed: a section with keys", ""),
}


def test_a_data_set_whose_images_differ_in_size_is_stored_at_any(tmp_path):
    path = tmp_path / "params.yaml"
    path.write_text(
        TEXT.replace(
            "{name: digits, train: 1000, validation: 297, test: 500, size: 8}",
            "{name: imagenet, train: 1000, validation: 297, test: 500, size: 250, crop: 224}",
        )
    )
    assert load(path).experiments["digits"].data.crop == 224


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_is_refused_in_the_users_words(tmp_path, mistake):
    change, begins, also = MISTAKES[mistake]
    said = faults(tmp_path, change)
    assert begins in said and also in said
    assert "pydantic" not in said and "Traceback" not in said


def test_every_fault_is_told_at_once(tmp_path):
    said = faults(tmp_path, ("epochs: 5", "epochs: 0"), ("width: 8", "width: -8"))
    assert D + "training.epochs: 0; allowed: at least 1" in said and D + "model.width: -8; allowed: at least 1" in said


def test_an_experiment_without_a_run_is_refused(tmp_path):
    text = re.sub(r"(runs|long|sculpt|iterative):(?: *#.*)?\n(?: +(?:-|method|ladder).*\n)+", r"\1: []\n", TEXT)
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(ParamsError, match=r"digits\.cyclic\.runs: \[\]; allowed: at least one run"):
        load(path)


def digits(**sections) -> Experiment:
    settings = load(ROOT / "params.yaml").experiments["digits"].model_dump(mode="json")
    return Experiment.model_validate_json(json.dumps(settings | sections))


def test_a_figure_shows_only_runs_of_its_methods_and_masks():
    """The losses: cyclic, long, SCULPT and LRR under the first mask; the costs: all methods, two masks."""
    shown = digits().figures.model_dump(mode="json")
    runs = [{"mask": mask, "densities": [density]} for mask, density in (("erk", 0.1), ("snip", 0.2), ("grasp", 0.3))]
    only = {"cyclic": {"cycles": 4, "runs": runs}, "long": [], "sculpt": []}
    only["iterative"] = [{"method": "lrr", "ladder": [0.5]}, {"method": "imp", "ladder": [0.4]}]
    for key, there in (("loss_densities", [0.5, 0.1]), ("cost_densities", [0.5, 0.4, 0.2, 0.1])):
        figures = {**shown, "loss_densities": [0.1], "cost_densities": [0.1]}
        assert digits(**only, figures={**figures, key: there})
        listed = ", ".join(map(str, there))
        with pytest.raises(ValidationError, match=rf"figures\.{key}\.0: 0\.3; allowed: .* shows: {listed} "):
            digits(**only, figures={**figures, key: [0.3]})


def test_a_figure_without_any_run_takes_any_density():
    """It says so in a sentence, and the setting has no better value."""
    nothing = {"cyclic": {"cycles": 4, "runs": []}, "long": [], "sculpt": []}
    alone = digits(**nothing, iterative=[{"method": "imp", "ladder": [0.05, 0.01]}])
    assert alone.figures.loss_densities == (0.05, 0.01)


def test_a_file_that_is_not_text_is_refused(tmp_path):
    path = tmp_path / "params.yaml"
    path.write_bytes(TEXT.encode() + "# caf\xe9".encode("latin-1"))
    with pytest.raises(ParamsError, match=r"params\.yaml: not readable"):
        load(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ParamsError, match=r"nowhere\.yaml: no such file"):
        load(tmp_path / "nowhere.yaml")


def test_the_repository_params_hold_and_editors_get_their_schema():
    params = load(ROOT / "params.yaml")
    for experiment in params.experiments.values():
        Recipe(experiment)
    assert (ROOT / "docs/params.schema.json").read_text() == json_schema(), (
        "sculpt params schema > docs/params.schema.json"
    )
    schema = json.loads(json_schema())
    assert schema["$defs"]["Training"]["additionalProperties"] is False
    training = Params.model_fields["experiments"].annotation.__args__[1].model_fields["training"].annotation
    assert set(schema["$defs"]["Training"]["required"]) == set(training.model_fields) - {"resized_crop"}
