"""Edits of a finished tiny experiment, and exactly what each makes run again.

python tests/workflow/edits.py > docs/incremental.md
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Do = Callable[[Path], None]

TRUNKS = ("erk_0.1", "erk_0.02", "synflow_0.1")
DENSE = {"train cycle_1", "train rewind_1"}
CYCLIC = {f"train {mask}/cycle_{c}" for mask in TRUNKS for c in (1, 2)}
CYCLIC |= {"train erk_0.5/cycle_1", "train erk_0.1/long_2", "train erk_0.02/long_2"}
SCULPT = {f"prune and train {node}" for node in ("erk_0.5/cycle_1/0.1", "erk_0.5/cycle_1/0.02", "erk_0.1/cycle_1/0.02")}
LRR = {f"prune and train lrr/{rungs}" for rungs in ("0.5", "0.5/0.1", "0.5/0.1/0.02")}
ITERATIVE = LRR | {"prune and train imp/0.5", "prune and train wr_1/0.5"}
TRAINED = DENSE | CYCLIC | SCULPT | ITERATIVE
MASKS = {f"draw mask {mask}" for mask in (*TRUNKS, "erk_0.5", "snip_0.1")}
EVALUATED = {f"evaluate {stage} on profile default" for stage in ("dense", "cyclic", "sculpt", "iterative")}
PLOT = {"draw the figures"}
ENDS = {"summarise and test the claims"} | PLOT
INIT = {"draw initial weights"}
DATA = {"prepare data"}
ALL = DATA | INIT | MASKS | TRAINED | EVALUATED | ENDS


def evaluate(stage: str) -> set[str]:
    return {f"evaluate {stage} on profile default"} | ENDS


@dataclass(frozen=True)
class Edit:
    """`jobs`: the messages of the jobs that run, without the experiment's seed block; `words`: the same in short."""

    name: str
    do: Do
    jobs: set[str]
    words: str

    @property
    def damages(self) -> bool:
        """Whether it leaves other bytes than a job made, which a run mends and ends with as a fault."""
        return self.name.startswith("a flipped byte")


def message(log: str) -> str:
    """The message of the job that wrote a log, without the experiment's seed block; as the rules have both.

    log: its path below logs/tiny, without its ending.
    """
    match log.split("/"):
        case ["data"]:
            return "prepare data"
        case ["summary"]:
            return "summarise and test the claims"
        case ["figures"]:
            return "draw the figures"
        case ["init", block]:
            words = "draw initial weights"
        case ["masks", block, mask]:
            words = f"draw mask {mask}"
        case ["dense" | "cyclic", block, *node]:
            words = f"train {'/'.join(node)}"
        case ["sculpt" | "iterative", block, *node]:
            words = f"prune and train {'/'.join(node)}"
        case ["evaluate", block, profile, stage]:
            words = f"evaluate {stage} on profile {profile}"
    return words if block == "seeds_0-1" else f"{words}, {block}"


def text(file: str, *changes: tuple[str, str]) -> Do:
    def do(folder: Path) -> None:
        path = folder / file
        content = path.read_text()
        for old, new in changes:
            assert old in content, f"{file} has no {old!r}"
            content = content.replace(old, new)
        path.write_text(content)

    return do


def params(*changes: tuple[str, str]) -> Do:
    return text("params.yaml", *changes)


def code(module: str, old: str, new: str) -> Do:
    return text(f"src/sculpt/{module}.py", (old, new))


def flip(file: str) -> Do:
    """One bit of the byte in the middle, with the file's time put back."""

    def do(folder: Path) -> None:
        path, content = folder / file, bytearray((folder / file).read_bytes())
        status = path.stat()
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    return do


def delete(file: str) -> Do:
    return lambda folder: (folder / file).unlink()


def touch(folder: Path) -> None:
    """Everything gets a new time, in an order that fits nothing."""
    now = time.time()
    for i, path in enumerate(sorted(folder.rglob("*"), reverse=True)):
        if path.is_file() and ".snakemake" not in path.parts and ".git" not in path.parts:
            os.utime(path, (now + i, now + i))


def library(name: str, version: str) -> Do:
    """Another installed version, as far as anyone can see."""

    def do(folder: Path) -> None:
        metadata = folder / f"src/{name}-{version}.dist-info/METADATA"
        metadata.parent.mkdir()
        metadata.write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")

    return do


AFTER_ERK_01 = {
    "train erk_0.1/cycle_1",
    "train erk_0.1/cycle_2",
    "train erk_0.1/long_2",
    "prune and train erk_0.1/cycle_1/0.02",
}
IN = "results/tiny"

EDITS = [
    Edit("a figure's width", params(("width: 5.5", "width: 6.0")), PLOT, "the figures"),
    Edit(
        "comments, and keys in another order",
        params(("{cycles: 1}", "{cycles: 1}  # one"), ("seeds: 2\n    replicates: 2", "replicates: 2\n    seeds: 2")),
        set(),
        "nothing",
    ),
    Edit(
        "one density more",
        params(
            ("{mask: erk, densities: [0.1, 0.02]}\n        -", "{mask: erk, densities: [0.1, 0.02, 0.05]}\n        -")
        ),
        {"draw mask erk_0.05", "train erk_0.05/cycle_1", "train erk_0.05/cycle_2"} | evaluate("cyclic"),
        "its mask and its cycles",
    ),
    Edit(
        "one density less",
        params(("- {mask: synflow, densities: [0.1]}", "")),
        evaluate("cyclic"),
        "no training",
    ),
    Edit(
        "one cycle more",
        params(("cycles: 2", "cycles: 3")),
        {f"train {mask}/cycle_3" for mask in TRUNKS}
        | {"train erk_0.5/cycle_2", "train erk_0.1/long_3", "train erk_0.02/long_3"}
        | {job.replace("cycle_1", "cycle_2") for job in SCULPT}
        | evaluate("cyclic")
        | evaluate("sculpt"),
        "the new cycle of each trunk, long, SCULPT from the new branch point",
    ),
    Edit(
        "one SCULPT target more",
        params(("start: 0.5, targets: [0.1, 0.02]", "start: 0.5, targets: [0.1, 0.02, 0.05]")),
        {"prune and train erk_0.5/cycle_1/0.05"} | evaluate("sculpt"),
        "one prune and cycle",
    ),
    Edit(
        "one rung more at the ladder's end",
        params(("ladder: [0.5, 0.1, 0.02]", "ladder: [0.5, 0.1, 0.02, 0.01]")),
        {"prune and train lrr/0.5/0.1/0.02/0.01"} | evaluate("iterative"),
        "that rung",
    ),
    Edit(
        "WR's rewind epoch",
        params(("rewind_epoch: 1", "rewind_epoch: 2")),
        {"train rewind_2", "prune and train wr_2/0.5"} | evaluate("iterative"),
        "the rewind point and WR",
    ),
    Edit(
        "one dense cycle more",
        params(("dense: {cycles: 1}", "dense: {cycles: 2}")),
        {"train cycle_2"} | evaluate("dense"),
        "that cycle",
    ),
    Edit(
        "two seeds more",
        params(("seeds: 2", "seeds: 4")),
        {f"{job}, seeds_2-3" for job in INIT | MASKS | TRAINED | EVALUATED} | ENDS,
        "the new seed block",
    ),
    Edit(
        "SynFlow's rounds",
        params(("synflow_rounds: 5", "synflow_rounds: 6")),
        {"draw mask synflow_0.1", "train synflow_0.1/cycle_1", "train synflow_0.1/cycle_2"} | evaluate("cyclic"),
        "SynFlow's masks and what is trained on them",
    ),
    Edit(
        "SNIP's and GraSP's images",
        params(("samples_per_class: 3", "samples_per_class: 4")),
        {"draw mask snip_0.1"} | ENDS,
        "their masks",
    ),
    Edit(
        "one mask method more to compare",
        params(("compare: [erk, snip]", "compare: [erk, snip, uniform]")),
        {"draw mask uniform_0.1"} | ENDS,
        "that mask",
    ),
    Edit(
        "the learning rate",
        params(("learning_rate: 0.1", "learning_rate: 0.2")),
        TRAINED | EVALUATED | ENDS,
        "all training",
    ),
    Edit(
        "two values swapped",
        params(("momentum: 0.9\n      weight_decay: 0.0005", "momentum: 0.0005\n      weight_decay: 0.9")),
        TRAINED | EVALUATED | ENDS,
        "all training",
    ),
    Edit("the schedule's warm-up", params(("warmup: 0.5", "warmup: 1.0")), TRAINED | EVALUATED | ENDS, "all training"),
    Edit(
        "label noise",
        params(("label_noise: 0.0", "label_noise: 0.1")),
        TRAINED | EVALUATED | ENDS | {"draw mask snip_0.1"},
        "all training, and masks that score on labels",
    ),
    Edit("the model's width", params(("width: 4", "width: 6")), ALL - DATA, "all but the data"),
    Edit("the size of the validation split", params(("validation: 60", "validation: 50")), ALL, "everything"),
    Edit(
        "an execution profile more",
        params(("profiles:\n", "profiles:\n      half: {device: cpu, precision: bfloat16}\n")),
        {job.replace("default", "half") for job in EVALUATED} | ENDS,
        "evaluation under it",
    ),
    Edit(
        "a comment in the trainer",
        code("training/step", "    step.network.train()\n", "    # a comment\n    step.network.train()\n"),
        set(),
        "nothing",
    ),
    Edit("a docstring in the trainer", code("training/step", '"""Train on', '"""Really train on'), set(), "nothing"),
    Edit(
        "the optimizer's step",
        code("training/sgd", "self.velocity, rate)", "self.velocity, 1.0 * rate)"),
        TRAINED | EVALUATED | ENDS,
        "all training",
    ),
    Edit(
        "a schedule's formula",
        code("training/schedule", "+ 0.5)", "+ 0.25)"),
        TRAINED | EVALUATED | ENDS,
        "all training",
    ),
    Edit(
        "SNIP's score",
        code("pruning/methods/snip", "abs().cpu()", "abs().square().cpu()"),
        {"draw mask snip_0.1"} | ENDS,
        "SNIP's masks",
    ),
    Edit(
        "the global prune",
        code("pruning/mask", "weights[name].abs()", "weights[name].square()"),
        MASKS | TRAINED | EVALUATED | ENDS,
        "masks and training",
    ),
    Edit(
        "the model that is used",
        code("models/residual", "inplace=True", "inplace=False"),
        ALL - DATA,
        "all but the data",
    ),
    Edit("a model that is not used", code("models/vgg", "MaxPool2d(2)", "AvgPool2d(2)"), set(), "nothing"),
    Edit("a data set that is not used", code("data/cifar10", "0.4914", "0.4915"), set(), "nothing"),
    Edit("the data set that is used", code("data/digits", "scale=(16.0,)", "scale=(8.0,)"), ALL, "everything"),
    Edit(
        "how evaluation batches",
        code("training/evaluation", "BATCH = 500", "BATCH = 250"),
        TRAINED | EVALUATED | ENDS,
        "training (it validates) and evaluation",
    ),
    Edit("a claim's threshold", code("analysis/claims", "MARGIN = 1.0", "MARGIN = 2.0"), ENDS, "summary and figures"),
    Edit("a figure's function", code("figures/training_loss", "max() * 1.3", "max() * 1.4"), PLOT, "the figures"),
    Edit(
        "the plan's own code",
        code("workflow/plan", "Nothing to be done", "Nothing at all to be done"),
        set(),
        "nothing",
    ),
    Edit(
        "a rule's command",
        text("rules/evaluate.smk", ("python -m sculpt.stages evaluate", "python -B -m sculpt.stages evaluate")),
        EVALUATED | ENDS,
        "that rule's jobs",
    ),
    Edit("a newer matplotlib", library("matplotlib", "99.0"), PLOT, "the figures"),
    Edit("a newer scikit-learn", library("scikit_learn", "99.0"), ALL, "everything (it splits the data)"),
    Edit("new times on every file", touch, set(), "nothing"),
    Edit(
        "a deleted mask",
        delete(f"{IN}/masks/seeds_0-1/erk_0.1/mask.safetensors"),
        {"draw mask erk_0.1"} | AFTER_ERK_01 | evaluate("cyclic") | evaluate("sculpt"),
        "the mask and what is made from it",
    ),
    Edit(
        "a deleted history",
        delete(f"{IN}/sculpt/seeds_0-1/erk_0.5/cycle_1/0.1/history.csv"),
        {"prune and train erk_0.5/cycle_1/0.1"} | evaluate("sculpt"),
        "its node",
    ),
    Edit("a deleted picture", delete("figures/tiny/training_loss.png"), PLOT, "the figures"),
    Edit("a flipped byte in the data", flip(f"{IN}/data/train.safetensors"), ALL, "everything"),
    Edit(
        "a flipped byte in initial weights",
        flip(f"{IN}/init/seeds_0-1/weights.safetensors"),
        ALL - DATA,
        "all but the data",
    ),
    Edit(
        "a flipped byte in a mask",
        flip(f"{IN}/masks/seeds_0-1/erk_0.1/mask.safetensors"),
        {"draw mask erk_0.1"} | AFTER_ERK_01 | evaluate("cyclic") | evaluate("sculpt"),
        "the mask and what is made from it",
    ),
    Edit(
        "a flipped byte in a checkpoint",
        flip(f"{IN}/iterative/seeds_0-1/lrr/0.5/0.1/weights.safetensors"),
        {"prune and train lrr/0.5/0.1", "prune and train lrr/0.5/0.1/0.02"} | evaluate("iterative"),
        "its node and the rungs below",
    ),
    Edit(
        "a flipped byte in a record",
        flip(f"{IN}/dense/seeds_0-1/cycle_1/record.json"),
        {"train cycle_1", "prune and train imp/0.5", "prune and train wr_1/0.5"}
        | LRR
        | evaluate("dense")
        | evaluate("iterative"),
        "its node and what adds to its cost",
    ),
    Edit(
        "a flipped byte in an evaluation",
        flip(f"{IN}/evaluate/seeds_0-1/default/dense.csv"),
        evaluate("dense"),
        "that evaluation",
    ),
    Edit("a flipped byte in the summary", flip(f"{IN}/summary/summary.csv"), ENDS, "summary and figures"),
    Edit("a flipped byte in a figure", flip("figures/tiny/training_loss.svg"), PLOT, "the figures"),
]


def document() -> str:
    lines = [
        "# What an edit runs again",
        "",
        f"Each line is an edit of a finished tiny experiment of {len(ALL)} jobs, with the number of jobs that it runs.",
        "tests/workflow/test_edits.py makes each edit, plans it and runs it: the exact set of jobs expected, the set",
        "that `sculpt plan` names and the set that `sculpt reproduce` then runs (by the logs that the jobs write) are",
        "equal in all of them. Summary and figures follow whatever is trained.",
        "Written by `python tests/workflow/edits.py > docs/incremental.md`.",
        "",
        "| edit | jobs | what runs |",
        "|---|---:|---|",
        *(f"| {edit.name} | {len(edit.jobs)} | {edit.words} |" for edit in EDITS),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(document(), end="")
