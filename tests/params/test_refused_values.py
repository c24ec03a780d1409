"""A mistake in the file, the data, the model, the training or a profile is refused: key, value, what is allowed."""

import pytest
from mistakes import NAME, D, refused, write

PROFILES = "default, torch, kernels, bfloat16, mantissa-10, contiguous, onednn-off, isa-plain, "
PROFILES += "mkl-compatible"

MISTAKES = {
    "unknown key": (
        ("batch_size: 64", "batch_size: 64\n      batchsize: 64"),
        D + "training.batchsize: unknown key; allowed: epochs, batch_size, schedule, learning_rate, loss, update, "
        "between, label_noise, shift, flip, resized_crop, engine, profile; nearest: 'batch_size'",
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
    "more epochs than anyone waits for": (
        ("epochs: 5", "epochs: 100000000"),
        D + "training.epochs: 100000000; allowed: at most 100000",
    ),
    "a shift out of every image": (("shift: 1", "shift: 1001"), D + "training.shift: 1001; allowed: at most 1000"),
    "a width that no memory holds": (("width: 8", "width: 10001"), D + "model.width: 10001; allowed: at most 10000"),
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
        ("  digits:\n    seeds: 10", "  model:\n    based_on: digits\n    seeds: 0\n  digits:\n    seeds: 10"),
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
    "batch larger than what a long tail leaves": (
        (
            "size: 8}\n    model: {name: resnet20, width: 8}\n    training:\n      epochs: 5\n      batch_size: 64",
            "size: 8, long_tail: 0.1}\n    model: {name: resnet20, width: 8}\n    training:\n      epochs: 5\n"
            "      batch_size: 640",
        ),
        D + "training.batch_size: 640; allowed: at most data.train with a long tail of 0.1 (409)",
    ),
    "missing key": (("    seeds: 10\n", ""), D + "seeds: missing; allowed: a value for this key"),
    "missing default profile": (
        ("default: {device", "fast: {device"),
        D + "profiles: 'default' is missing; allowed: with a profile of that name, under which training runs",
    ),
    "unknown profile": (
        ("flip: false", "flip: false\n      profile: defualt"),
        D + f"training.profile: \"defualt\"; allowed: {PROFILES}; nearest: 'default'",
    ),
    "a profile with another name than a name": (
        ("profiles:", "profiles:\n      x y: {device: cpu, precision: float32}"),
        D + f"profiles.x y: \"x y\"; allowed: {NAME} '-', beginning with a letter",
    ),
    "no thread": (
        ("engine: kernels}", "engine: kernels, threads: 0}"),
        D + "profiles.default.threads: 0; allowed: at least 1",
    ),
    "half a thread": (
        ("engine: kernels}", "engine: kernels, threads: 1.5}"),
        D + "profiles.default.threads: 1.5; allowed: a whole number",
    ),
    "a variable in small letters": (
        ("engine: kernels}", "engine: kernels, environment: {path: x}}"),
        D
        + "profiles.default.environment.path: \"path\"; allowed: a name of capital letters, digits and '_', beginning "
        "with a letter",
    ),
    "a variable that is a number": (
        ("engine: kernels}", "engine: kernels, environment: {THREADS: 1}}"),
        D + "profiles.default.environment.THREADS: 1; allowed: text",
    ),
    "a variable of two lines": (
        ("engine: kernels}", 'engine: kernels, environment: {X: "a\\nb"}}'),
        D + 'profiles.default.environment.X: "a\\nb"; allowed: one line of text',
    ),
    "the kernels on a device": (
        ("device: cpu, precision", "device: auto, precision"),
        D + 'profiles.default.device: "auto"; allowed: cpu with the engine kernels',
    ),
    "the kernels in half the precision": (
        ("precision: float32, engine", "precision: bfloat16, engine"),
        D + 'profiles.default.precision: "bfloat16"; allowed: float32 with the engine kernels',
    ),
    "a crop that the kernels lack": (
        ("shift: 1", "shift: 0\n      resized_crop: 0.5"),
        D + "training.resized_crop: 0.5; allowed: none with the engine kernels, or training.engine: torch",
    ),
    "another engine than there is": (
        ("engine: kernels", "engine: kernel"),
        D + "profiles.default.engine: \"kernel\"; allowed: kernels, torch; nearest: 'kernels'",
    ),
    "unknown device": (
        ("device: cpu", "device: gpu"),
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
    "not YAML": (("seeds: 10", "seeds: [3"), "params.yaml: line 11: not YAML: expected ',' or ']', but got ':'"),
    "a date that no calendar has": (
        ("seeds: 10", "seeds: 2020-13-45"),
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
        ("claims: {margin: 2.0}", "claims: 4"),
        D + "claims: 4; allowed: a section with keys",
    ),
    "as many seeds as fit no number": (("seeds: 10", "seeds: 1e30"), D + "seeds: 1e+30; allowed: a whole number"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_refused_in_the_users_words_and_nothing_else_is_said(tmp_path, mistake):
    change, line = MISTAKES[mistake]
    assert refused(write(tmp_path, change)) == [line]
