"""Each kind of mistake in params.yaml is refused: the key's path, the value, what is allowed, the nearest name."""

from pathlib import Path

import pytest

from sculpt.params.experiment import described
from sculpt.params.load import load
from sculpt.params.read import ParamsError
from sculpt.pipeline.dag.grid import Grid
from sculpt.recipe.tree import RecipeError

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "params.yaml").read_text().partition("  # The same with six seeds")[0]
D = "params.yaml: experiments.digits."
CRITERIA = "snip, grasp, synflow, balanced, erk, magnitude, uniform"
NAME = "a name of lower-case letters, digits and"


def write(folder: Path, *changes: tuple[str, str], more: str = "") -> Path:
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / "params.yaml"
    path.write_text(text + more)
    return path


def refused(path: Path) -> list[str]:
    """The lines that `sculpt params check` prints."""
    with pytest.raises((ParamsError, RecipeError)) as caught:
        for name, experiment in load(path).experiments.items():
            Grid(name, described(experiment))
    return str(caught.value).split("\n")


MISTAKES = {
    "unknown key": (
        ("batch_size: 64", "batch_size: 64\n      batchsize: 64"),
        D + "training.batchsize: unknown key; allowed: epochs, batch_size, schedule, learning_rate, loss, update, "
        "label_noise, shift, flip, resized_crop, profile; nearest: 'batch_size'",
    ),
    "unknown key of a run": (
        ("start: 0.5, targets", "start: 0.5, begin: 1, targets"),
        D + "runs.6.begin: unknown key; allowed: variant, mask, transform, start, targets, criterion, method",
    ),
    "unknown key of a schedule": (
        ("warmup: 1.0, start: 0.2", "warmup: 1.0, start: 0.2, warm_up: 1.0"),
        D + "training.schedule.warm_up: unknown key; allowed: warmup, start, name; nearest: 'warmup'",
    ),
    "duplicate key": (
        ("shift: 1", "shift: 1\n      shift: 2"),
        "params.yaml: line 24: key 'shift' stands twice in one section; allowed: each key once",
    ),
    "a key that is no text": (
        ("shift: 1", "[1, 2]: 1"),
        D + "training.(1, 2): [1, 2]; allowed: a key that YAML reads as text",
    ),
    "a section inside itself": (
        ("criteria:", "criteria: &inside\n      snap: *inside"),
        D + "criteria.snap: the section stands inside itself; allowed: aliases of other sections",
    ),
    "text for a number": (
        ("momentum: 0.9", "momentum: fast"),
        D + 'training.update.momentum: "fast"; allowed: a number',
    ),
    "number in quotes": (
        ("momentum: 0.9", 'momentum: "0.9"'),
        D + 'training.update.momentum: "0.9"; allowed: a number',
    ),
    "fraction of an epoch": (("epochs: 5", "epochs: 5.5"), D + "training.epochs: 5.5; allowed: a whole number"),
    "truth for a number": (("epochs: 5", "epochs: true"), D + "training.epochs: true; allowed: a whole number"),
    "number for truth": (("flip: false", "flip: 0"), D + "training.flip: 0; allowed: true or false"),
    "out of range": (
        ("weight_decay: 0.0005", "weight_decay: -1"),
        D + "training.update.weight_decay: -1; allowed: at least 0",
    ),
    "not finite": (
        ("learning_rate: 0.1", "learning_rate: .inf"),
        D + "training.learning_rate: Infinity; allowed: a finite number",
    ),
    "density of zero": (
        ("magnitude], densities: [0.05]", "magnitude], densities: [0]"),
        D + "runs.1.densities.0: 0; allowed: above 0",
    ),
    "density above one": (
        ("cyclic, mask: erk, densities: [0.1,", "cyclic, mask: erk, densities: [1.1,"),
        D + "runs.2.densities.0: 1.1; allowed: at most 1",
    ),
    "target above its start": (
        ("start: 0.02, targets: [0.01]", "start: 0.02, targets: [0.05]"),
        D + "runs.10.targets.0: 0.05 is not below the start density 0.02; allowed: above 0 and below 0.02",
    ),
    "target at its start": (
        ("start: 0.02, targets: [0.01]", "start: 0.02, targets: [0.02]"),
        D + "runs.10.targets.0: 0.02 is not below the start density 0.02; allowed: above 0 and below 0.02",
    ),
    "no density": (
        ("cyclic, mask: erk, densities: [0.1, 0.05, 0.02, 0.01]", "cyclic, mask: erk, densities: []"),
        D + "runs.2.densities: []; allowed: at least one entry",
    ),
    "rising ladder": (
        ("lrr, ladder: [0.5, 0.2", "lrr, ladder: [0.2, 0.5"),
        D + "runs.13.ladder.1: 0.5; allowed: below the rung before it (0.2)",
    ),
    "one density twice": (
        ("cyclic, mask: erk, densities: [0.1, 0.05,", "cyclic, mask: erk, densities: [0.1, 0.1,"),
        D + "runs.2.densities.1: single/erk_0.1; allowed: each run once, and runs.2.densities.0 asks for this one",
    ),
    "one run twice": (
        ("cyclic, mask: synflow, densities: [0.1,", "cyclic, mask: erk, densities: [0.1,"),
        D + "runs.3.densities.0: single/erk_0.1; allowed: each run once, and runs.2.densities.0 asks for this one",
    ),
    "one control twice": (
        ("long, mask: synflow, densities: [0.05", "long, mask: erk, densities: [0.05"),
        D + "runs.5.densities.0: long/erk_0.05; allowed: each run once, and runs.4.densities.1 asks for this one",
    ),
    "one target twice": (
        ("start: 0.02, targets: [0.01]", "start: 0.2, targets: [0.01]"),
        D + "runs.10.targets.0: sculpt/erk_0.2/0.01; allowed: each run once, and runs.7.targets.3 asks for this one",
    ),
    "two ladders with one beginning": (
        ("{method: imp, ladder: [0.5, 0.2,", "{method: lrr, ladder: [0.5, 0.3,"),
        D + "runs.14.ladder.0: lrr/0.5; allowed: each run once, and runs.13.ladder.0 asks for this one",
    ),
    "one compared mask twice": (
        ("[erk, balanced,", "[erk, erk,"),
        D + "runs.1.masks.1: erk; allowed: each criterion once",
    ),
    "a figure too narrow for its text": (
        ("accuracy_vs_density: {width: 5.5}", "accuracy_vs_density: {width: 1.5}"),
        D + "figures.accuracy_vs_density.width: 1.5; allowed: at least 3.4",
    ),
    "a panel of losses without a run": (
        ("training_loss: {width: 5.5, densities: [0.05,", "training_loss: {width: 5.5, densities: [0.3,"),
        D + "figures.training_loss.densities.0: 0.3; allowed: densities of runs that this figure shows: 0.5, 0.2, 0.1, "
        "0.05, 0.02, 0.01",
    ),
    "a figure without its analysis": (
        ("overlap: {}", "other: {name: overlap}"),
        D + "figures.mask_overlap: needs the table 'overlap'; allowed: with an entry analyses.overlap",
    ),
    "a table that every experiment has": (
        ("overlap: {}", "overlap: {}\n      history: {name: overlap}"),
        D + "analyses.history: a table of every experiment; allowed: another name than summary, history, layers",
    ),
    "unknown figure": (
        ("accuracy_vs_density: {width: 5.5}", "accuracy_density: {width: 5.5}"),
        D + 'figures.accuracy_density.name: "accuracy_density"; allowed: accuracy_vs_cost, accuracy_vs_density, '
        "layer_densities, mask_overlap, start_target_map, training_loss; nearest: 'accuracy_vs_density'",
    ),
    "unknown analysis, where there is one": (
        ("overlap: {}", "overlap: {}\n      overlaps: {}"),
        D + "analyses.overlaps.name: \"overlaps\"; allowed: overlap; nearest: 'overlap'",
    ),
    "unknown mask": (
        ("mask: synflow, start: 0.2", "mask: synflo, start: 0.2"),
        D + f"runs.11.mask: \"synflo\"; allowed: {CRITERIA}; nearest: 'synflow'",
    ),
    "unknown compared mask": (
        ("[erk, balanced,", "[erk, balance,"),
        D + f"runs.1.masks.1: \"balance\"; allowed: {CRITERIA}; "
        "nearest: 'balanced'",
    ),
    "unknown criterion": (
        ("{method: lrr, ", "{method: lrr, criterion: snap, "),
        D + f"runs.13.criterion: \"snap\"; allowed: {CRITERIA}; nearest: 'snip'",
    ),
    "unknown transform": (
        ("{method: imp, ", "{method: imp, transform: shuffle_sign, "),
        D + "runs.14.transform: \"shuffle_sign\"; allowed: shuffle_signs; nearest: 'shuffle_signs'",
    ),
    "unknown variant": (
        ("{method: imp, ", "{method: imp, variant: noise, "),
        D + 'runs.14.variant: "noise"; allowed: nothing, none is defined',
    ),
    "a criterion that needs settings": (
        ("      grasp: {samples_per_class: 10}\n", ""),
        D + 'runs.1.masks.4: "grasp" needs settings; allowed: an entry criteria.grasp with samples_per_class',
    ),
    "a plug-in's name for another": (
        ("criteria:", "criteria:\n      erk: {name: uniform}"),
        D + 'criteria.erk.name: "uniform"; allowed: erk, since that is a criterion',
    ),
    "one name for two things": (
        ("criteria:", "transforms: {snip: {name: shuffle_signs}}\n    criteria:"),
        D + "transforms.snip: in criteria too; allowed: another name, since figures name runs by both",
    ),
    "more samples of a class than there are": (
        ("snip: {samples_per_class: 10}", "snip: {samples_per_class: 10000000}"),
        D + "criteria.snip.samples_per_class: 10000000; allowed: at most 100, since data.train is 1000 images of 10 "
        "classes",
    ),
    "unknown method": (
        ("{method: lrr,", "{method: lr,"),
        D + "runs.13.method: \"lr\"; allowed: cyclic, dense, imp, long, lrr, masks, sculpt, wr; nearest: 'lrr'",
    ),
    "a run without a method": (
        ("{method: lrr, ", "{"),
        D + "runs.13.method: missing; allowed: cyclic, dense, imp, long, lrr, masks, sculpt, wr",
    ),
    "unknown schedule": (
        ("name: triangular", "name: triangle"),
        D + "training.schedule.name: \"triangle\"; allowed: constant, cosine, step, triangular; nearest: 'triangular'",
    ),
    "a name that is none": (
        ("name: triangular", "name: null"),
        D + "training.schedule.name: null; allowed: constant, cosine, step, triangular; nearest: 'cosine'",
    ),
    "unknown model": (
        ("name: resnet20, width: 8", "name: resnet81, width: 8"),
        D + 'model.name: "resnet81"; allowed: mobilenetv2, resnet18, resnet20, resnet50, vgg16, vgg19; '
        "nearest: 'resnet18'",
    ),
    "model without its stem": (
        ("name: resnet20, width: 8", "name: resnet18, width: 8"),
        D + "model.stem: missing; allowed: a value for this key",
    ),
    "stem of a model that has one shape": (
        ("name: resnet20, width: 8", "name: resnet20, width: 8, stem: imagenet"),
        D + "model.stem: unknown key; allowed: width, name",
    ),
    "width that MobileNetV2 would round": (
        ("name: resnet20, width: 8", "name: mobilenetv2, width: 12, stem: cifar"),
        D + "model.width: 12; allowed: a multiple of 8",
    ),
    "images too small for the model": (
        ("name: resnet20, width: 8", "name: vgg19, width: 8"),
        D + "model.name: vgg19; allowed: with data.size of at least 32 (it is 8), since this model halves images five "
        "times",
    ),
    "a fault in an experiment that is called model": (
        ("  digits:\n    seeds: 3", "  model:\n    based_on: digits\n    seeds: 0\n  digits:\n    seeds: 3"),
        "params.yaml: experiments.model.seeds: 0; allowed: at least 1",
    ),
    "warm-up longer than the cycle": (
        ("warmup: 1.0", "warmup: 5.0"),
        D + "training.schedule.warmup: 5 epochs do not fit; allowed: less than epochs (5)",
    ),
    "batch larger than the data": (
        ("batch_size: 64", "batch_size: 2000"),
        D + "training.batch_size: 2000; allowed: at most data.train (1000)",
    ),
    "rewinding past the cycle": (
        ("rewind_epoch: 1", "rewind_epoch: 5"),
        D + "runs.15.rewind_epoch: 5; allowed: 1 to 4 (training.epochs is 5)",
    ),
    "rewinding without WR": (
        ("{method: lrr,", "{method: lrr, rewind_epoch: 1,"),
        D + "runs.13.rewind_epoch: unknown key; allowed: variant, ladder, criterion, method",
    ),
    "missing key": (("    seeds: 3\n", ""), D + "seeds: missing; allowed: a value for this key"),
    "missing default profile": (
        ("default: {device", "fast: {device"),
        D + "profiles: 'default' is missing; training runs under it",
    ),
    "unknown profile": (
        ("flip: false", "flip: false\n      profile: defualt"),
        D + "training.profile: \"defualt\"; allowed: default; nearest: 'default'",
    ),
    "a profile with another name than a name": (
        ("profiles:", "profiles:\n      x y: {device: cpu, precision: float32}"),
        D + f"profiles.x y: \"x y\"; allowed: {NAME} '-', beginning with a letter",
    ),
    "a label with a hyphen": (
        ("criteria:", "criteria:\n      snip-2: {name: snip, samples_per_class: 2}"),
        D + f"criteria.snip-2: \"snip-2\"; allowed: {NAME} '_', beginning with a letter",
    ),
    "no thread": (
        ("precision: float32}", "precision: float32, threads: 0}"),
        D + "profiles.default.threads: 0; allowed: at least 1",
    ),
    "half a thread": (
        ("precision: float32}", "precision: float32, threads: 1.5}"),
        D + "profiles.default.threads: 1.5; allowed: a whole number",
    ),
    "a variable in small letters": (
        ("precision: float32}", "precision: float32, environment: {path: x}}"),
        D
        + "profiles.default.environment.path: \"path\"; allowed: a name of capital letters, digits and '_', beginning "
        "with a letter",
    ),
    "a variable that is a number": (
        ("precision: float32}", "precision: float32, environment: {THREADS: 1}}"),
        D + "profiles.default.environment.THREADS: 1; allowed: text",
    ),
    "a variable of two lines": (
        ("precision: float32}", 'precision: float32, environment: {X: "a\\nb"}}'),
        D + 'profiles.default.environment.X: "a\\nb"; allowed: one line of text',
    ),
    "unknown device": (
        ("device: auto", "device: gpu"),
        D + "profiles.default.device: \"gpu\"; allowed: auto, cpu, cuda; nearest: 'cpu'",
    ),
    "unknown experiment": (
        ("experiment: digits", "experiment: digit"),
        "params.yaml: experiment: 'digit' is not an experiment; allowed: digits; nearest: 'digits'",
    ),
    "unknown recorded experiment": (
        ("recorded: [digits]", "recorded: [digits, digit]"),
        "params.yaml: recorded.1: 'digit' is not an experiment; allowed: digits; nearest: 'digits'",
    ),
    "not YAML": (("seeds: 3", "seeds: [3"), "params.yaml: line 11: not YAML: expected ',' or ']', but got ':'"),
    "a date that no calendar has": (
        ("seeds: 3", "seeds: 2020-13-45"),
        "params.yaml: not readable: month must be in 1..12",
    ),
    "more images than there are": (
        ("train: 1000", "train: 1001"),
        D + "data.train: 1001 and validation 297; allowed: together at most 1297",
    ),
    "a size that is not there": (
        ("test: 500, size: 8", "test: 500, size: 16"),
        D + "data.size: 16; allowed: 8 or a number that divides it",
    ),
    "a crop larger than the image": (
        ("test: 500, size: 8", "test: 500, size: 8, crop: 9"),
        D + "data.crop: 9; allowed: at most size (8)",
    ),
    "two ways to crop": (
        ("shift: 1\n", "shift: 1\n      resized_crop: 0.08\n"),
        D + "training.shift: 1; allowed: 0 with resized_crop, which moves the crop itself",
    ),
    "an experiment that reads as a number": (
        ("  digits:\n", "  2024: {}\n  digits:\n"),
        "params.yaml: experiments.2024: 2024; allowed: a key that YAML reads as text",
    ),
    "a section that is none": (
        ("profiles:\n      default: {device: auto, precision: float32}", "profiles: 4"),
        D + "profiles: 4; allowed: a section with keys",
    ),
    "an entry without settings": (
        ("overlap: {}", "overlap: 3"),
        D + "analyses.overlap: 3; allowed: a section with keys",
    ),
    "a run that is a word": (
        ("- {method: dense, cycles: 4}", "- dense"),
        D + 'runs.0: "dense"; allowed: a section with keys',
    ),
    "as many seeds as fit no number": (("seeds: 3", "seeds: 1e30"), D + "seeds: 1e+30; allowed: a whole number"),
    "more seeds than can be planned": (("seeds: 3", "seeds: 10000000"), D + "seeds: 10000000; allowed: at most 10000"),
    "more jobs than can be planned": (
        ("seeds: 3\n    replicates: 3", "seeds: 10000\n    replicates: 1"),
        D
        + "runs.0: 30,000 jobs and more, with the runs before it, in 10,000 seed blocks; allowed: at most 20,000 jobs",
    ),
    "more cycles than can be planned": (
        ("    cycles: 4\n", "    cycles: 10000000\n"),
        D + "runs.2: 20,001 jobs and more, with the runs before it, in 1 seed blocks; allowed: at most 20,000 jobs",
    ),
    "more dense cycles than can be planned": (
        ("{method: dense, cycles: 4}", "{method: dense, cycles: 10000000}"),
        D + "runs.0: 20,001 jobs and more, with the runs before it, in 1 seed blocks; allowed: at most 20,000 jobs",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_refused_in_the_users_words_and_nothing_else_is_said(tmp_path, mistake):
    change, line = MISTAKES[mistake]
    assert refused(write(tmp_path, change)) == [line]
