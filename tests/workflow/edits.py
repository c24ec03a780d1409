"""Edits of a finished tiny experiment, and exactly what each makes run again.

python tests/workflow/edits.py > docs/incremental.md
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sculpt.core.kinds import CLAIMS as CLAIM_MODULES

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
BRANCHES = {
    "dense": ("dense/cycle_1",),
    "cyclic": (
        *(f"cyclic/{mask}/cycle_1" for mask in (*TRUNKS, "erk_0.5")),
        "cyclic/erk_0.1/long_2",
        "cyclic/erk_0.02/long_2",
    ),
    "sculpt": ("sculpt/erk_0.5/cycle_1/0.1", "sculpt/erk_0.5/cycle_1/0.02", "sculpt/erk_0.1/cycle_1/0.02"),
    "iterative": ("iterative/lrr/0.5", "iterative/imp/0.5", "iterative/wr_1/0.5"),
}
PLOT = {
    f"draw {figure}"
    for figure in (
        "accuracy_vs_density",
        "accuracy_vs_cost",
        "start_target_map",
        "training_loss",
        "layer_densities",
        "mask_overlap",
    )
}
CLAIMS = {"judge the claims"}
ENDS = {"gather the tables"} | CLAIMS | PLOT
LOOKS = {f"look at profile {look}" for look in ("contiguous, first take", "idle, first take")}
LOOKS |= {f"look at profile default, {take} take" for take in ("first", "second")}
# Claims follow the comparison where one of them reads its tables.
READING = any("hardware" in CLAIM_MODULES.constant(name, "TABLES", ()) for name in CLAIM_MODULES.names)
COMPARED = {"compare the profiles"} | (CLAIMS if READING else set())
INIT = {"draw initial weights"}
DATA = {"prepare data"}


def evaluated(*branches: str) -> set[str]:
    return {f"evaluate {branch} on profile default" for branch in branches}


def looked_at(*branches: str) -> set[str]:
    """What follows the nodes of some branches: evaluation, analysis, and the report."""
    return evaluated(*branches) | {f"analyse {branch} for overlap" for branch in branches} | ENDS


EVALUATED = evaluated(*(branch for branches in BRANCHES.values() for branch in branches))
LOOKED_AT = looked_at(*(branch for branches in BRANCHES.values() for branch in branches)) | LOOKS | COMPARED
ALL = DATA | INIT | MASKS | TRAINED | LOOKED_AT


@dataclass(frozen=True)
class Edit:
    """`jobs`: the messages of the jobs that run, without the experiment's seed block; `words`: the same in short.

    real: it is really run by `make test`, one for each stage; the others by `make campaign`. described: the
    descriptions of the jobs tell of it; only Snakemake sees a rule's command.
    """

    name: str
    do: Do
    jobs: set[str]
    words: str
    real: bool = False
    described: bool = True

    @property
    def damages(self) -> bool:
        """Whether it leaves other bytes than a job made, which a run mends and ends with as a fault."""
        return self.name.startswith("a flipped byte")


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
    "draw mask erk_0.1",
    "train erk_0.1/cycle_1",
    "train erk_0.1/cycle_2",
    "train erk_0.1/long_2",
    "prune and train erk_0.1/cycle_1/0.02",
}
AFTER_ERK_01 |= looked_at("cyclic/erk_0.1/cycle_1", "cyclic/erk_0.1/long_2", "sculpt/erk_0.1/cycle_1/0.02")
IN = "results/tiny"
LAST_RUN = "      - {method: wr, rewind_epoch: 1, ladder: [0.5]}\n"

EDITS = [
    Edit(
        "a figure's width",
        params(("training_loss: {width: 5.5", "training_loss: {width: 6.0")),
        {"draw training_loss"},
        "that figure",
        real=True,
    ),
    Edit(
        "comments, and keys in another order",
        params(("cycles: 1}", "cycles: 1}  # one"), ("seeds: 2\n    replicates: 2", "replicates: 2\n    seeds: 2")),
        set(),
        "nothing",
    ),
    Edit(
        "one density more",
        params(("cyclic, mask: erk, densities: [0.1, 0.02]", "cyclic, mask: erk, densities: [0.1, 0.02, 0.05]")),
        {"draw mask erk_0.05", "train erk_0.05/cycle_1", "train erk_0.05/cycle_2"}
        | looked_at("cyclic/erk_0.05/cycle_1"),
        "its mask and its cycles",
    ),
    Edit(
        "one density less",
        params(("- {method: cyclic, mask: synflow, densities: [0.1]}", "")),
        ENDS,
        "no training",
    ),
    Edit(
        "one cycle more",
        params(("cycles: 2", "cycles: 3")),
        {f"train {mask}/cycle_3" for mask in TRUNKS}
        | {"train erk_0.5/cycle_2", "train erk_0.1/long_3", "train erk_0.02/long_3"}
        | {job.replace("cycle_1", "cycle_2") for job in SCULPT}
        | looked_at(*(branch.replace("long_2", "long_3") for branch in BRANCHES["cyclic"]))
        | looked_at(*(branch.replace("cycle_1", "cycle_2") for branch in BRANCHES["sculpt"])),
        "the new cycle of each trunk, long, SCULPT from the new branch point",
    ),
    Edit(
        "one SCULPT target more",
        params(("start: 0.5, targets: [0.1, 0.02]", "start: 0.5, targets: [0.1, 0.02, 0.05]")),
        {"prune and train erk_0.5/cycle_1/0.05"} | looked_at("sculpt/erk_0.5/cycle_1/0.05"),
        "one prune and cycle",
    ),
    Edit(
        "a density, a dense cycle, a SCULPT target and a rung more",
        params(
            ("cyclic, mask: erk, densities: [0.1, 0.02]", "cyclic, mask: erk, densities: [0.1, 0.02, 0.05]"),
            ("dense, cycles: 1", "dense, cycles: 2"),
            ("start: 0.5, targets: [0.1, 0.02]", "start: 0.5, targets: [0.1, 0.02, 0.05]"),
            ("ladder: [0.5, 0.1, 0.02]", "ladder: [0.5, 0.1, 0.02, 0.01]"),
        ),
        {"draw mask erk_0.05", "train erk_0.05/cycle_1", "train erk_0.05/cycle_2", "train cycle_2"}
        | {"prune and train erk_0.5/cycle_1/0.05", "prune and train lrr/0.5/0.1/0.02/0.01"}
        | looked_at("dense/cycle_1", "cyclic/erk_0.05/cycle_1", "sculpt/erk_0.5/cycle_1/0.05", "iterative/lrr/0.5")
        | LOOKS
        | COMPARED,
        "the four additions, in one run",
        real=True,
    ),
    Edit(
        "one rung more at the ladder's end",
        params(("ladder: [0.5, 0.1, 0.02]", "ladder: [0.5, 0.1, 0.02, 0.01]")),
        {"prune and train lrr/0.5/0.1/0.02/0.01"} | looked_at("iterative/lrr/0.5"),
        "that rung",
    ),
    Edit(
        "WR's rewind epoch",
        params(("rewind_epoch: 1", "rewind_epoch: 2")),
        {"train rewind_2", "prune and train wr_2/0.5"} | looked_at("iterative/wr_2/0.5"),
        "the rewind point and WR",
    ),
    Edit(
        "one dense cycle more",
        params(("dense, cycles: 1", "dense, cycles: 2")),
        {"train cycle_2"} | looked_at("dense/cycle_1") | LOOKS | COMPARED,
        "that cycle; the execution profiles are compared on it",
    ),
    Edit(
        "two seeds more",
        params(("seeds: 2", "seeds: 4")),
        {f"{job}, seeds_2-3" for job in ALL - DATA - ENDS - COMPARED} | ENDS | COMPARED,
        "the new seed block",
    ),
    Edit(
        "a variant",
        params(
            ("    profiles:\n", "    variants:\n      noisy: {label_noise: 0.2}\n    profiles:\n"),
            (LAST_RUN, f"{LAST_RUN}      - {{method: cyclic, mask: erk, densities: [0.1], variant: noisy}}\n"),
        ),
        {"train noisy/erk_0.1/cycle_1", "train noisy/erk_0.1/cycle_2"} | looked_at("cyclic/noisy/erk_0.1/cycle_1"),
        "its cycles; the mask reads no labels, so it is shared",
    ),
    Edit(
        "a variant that changes the labels a mask is scored on",
        params(
            ("    profiles:\n", "    variants:\n      noisy: {label_noise: 0.2}\n    profiles:\n"),
            (LAST_RUN, f"{LAST_RUN}      - {{method: cyclic, mask: snip, densities: [0.1], variant: noisy}}\n"),
        ),
        {"draw mask noisy/snip_0.1", "train noisy/snip_0.1/cycle_1", "train noisy/snip_0.1/cycle_2"}
        | looked_at("cyclic/noisy/snip_0.1/cycle_1"),
        "its mask and its cycles",
    ),
    Edit(
        "another criterion for the prunes",
        params((LAST_RUN, f"{LAST_RUN}      - {{method: lrr, ladder: [0.5], criterion: snip}}\n")),
        {"prune and train lrr/0.5+snip"} | looked_at("iterative/lrr/0.5+snip"),
        "that ladder",
    ),
    Edit(
        "a transform of the initial weights",
        params((LAST_RUN, f"{LAST_RUN}      - {{method: imp, ladder: [0.5], transform: shuffle_signs}}\n")),
        {"prune and train imp+shuffle_signs/0.5"} | looked_at("iterative/imp+shuffle_signs/0.5"),
        "that ladder",
    ),
    Edit(
        "SynFlow's rounds",
        params(("rounds: 5", "rounds: 6")),
        {"draw mask synflow_0.1", "train synflow_0.1/cycle_1", "train synflow_0.1/cycle_2"}
        | looked_at("cyclic/synflow_0.1/cycle_1"),
        "SynFlow's masks and what is trained on them",
    ),
    Edit(
        "SNIP's images",
        params(("samples_per_class: 3", "samples_per_class: 4")),
        {"draw mask snip_0.1"} | ENDS,
        "its masks",
    ),
    Edit(
        "one mask method more to compare",
        params(("masks: [erk, snip]", "masks: [erk, snip, uniform]")),
        {"draw mask uniform_0.1"} | ENDS,
        "that mask",
    ),
    Edit(
        "the learning rate",
        params(("learning_rate: 0.1", "learning_rate: 0.2")),
        TRAINED | LOOKED_AT,
        "all training",
    ),
    Edit(
        "two values swapped",
        params(("momentum: 0.9, weight_decay: 0.0005", "momentum: 0.0005, weight_decay: 0.9")),
        TRAINED | LOOKED_AT,
        "all training",
    ),
    Edit("the schedule's warm-up", params(("warmup: 0.5", "warmup: 1.0")), TRAINED | LOOKED_AT, "all training"),
    Edit(
        "label noise",
        params(("label_noise: 0.0", "label_noise: 0.1")),
        TRAINED | LOOKED_AT | {"draw mask snip_0.1"},
        "all training, and masks that score on labels",
    ),
    Edit("the model's width", params(("width: 4", "width: 6")), ALL - DATA, "all but the data"),
    Edit("the size of the validation split", params(("validation: 60", "validation: 50")), ALL, "everything"),
    Edit(
        "an execution profile more",
        params(("profiles:\n", "profiles:\n      half: {device: cpu, precision: bfloat16}\n")),
        set(),
        "nothing, until `hardware` or a variant names it",
    ),
    Edit(
        "a profile of another instruction set, added to `hardware`",
        params(
            (
                "profiles:\n",
                "profiles:\n      plain:\n"
                "        {device: cpu, precision: float32, environment: {ATEN_CPU_CAPABILITY: default}}\n",
            ),
            ("profiles: [contiguous, idle]", "profiles: [contiguous, idle, plain]"),
        ),
        {"look at profile plain, first take"} | COMPARED,
        "the look at it, and the comparison",
        real=True,
    ),
    Edit(
        "a key of a profile of `hardware`",
        params(("memory_format: contiguous", "mantissa: 10")),
        {"look at profile contiguous, first take"} | COMPARED,
        "the look at it, and the comparison",
    ),
    Edit(
        "the partition of a profile",
        params(("memory_format: contiguous", "memory_format: contiguous, partition: wide")),
        set(),
        "nothing: it decides no byte",
    ),
    Edit(
        "a profile less in `hardware`",
        params(("profiles: [contiguous, idle]", "profiles: [contiguous]")),
        COMPARED,
        "the comparison",
    ),
    Edit(
        "another reference in `hardware`",
        params(("default, profiles: [contiguous, idle]", "idle, profiles: [contiguous, default]")),
        {"look at profile idle, second take"} | COMPARED,
        "its repeat, and the comparison",
    ),
    Edit(
        "an analysis less",
        params(("    analyses:\n      overlap: {}\n", ""), ("      mask_overlap: {width: 5.5}\n", "")),
        ENDS - {"draw mask_overlap"},
        "the report",
    ),
    Edit(
        "a comment in the trainer",
        code("training/step", "    step.network.train()\n", "    # a comment\n    step.network.train()\n"),
        set(),
        "nothing",
    ),
    Edit("a docstring in the trainer", code("training/step", '"""Train on', '"""Really train on'), set(), "nothing"),
    Edit(
        "the description of a setting",
        code("training/schedules/triangular", "share of the peak", "part of the peak"),
        set(),
        "nothing",
    ),
    Edit("an error's text", code("stages/jobs/faults", "the device failed", "the device has failed"), set(), "nothing"),
    Edit(
        "the seconds between a job's lines",
        code("stages/jobs/lines", "SECONDS_BETWEEN_LINES = 3.0", "SECONDS_BETWEEN_LINES = 4.0"),
        set(),
        "nothing",
    ),
    Edit(
        "the optimizer's step",
        code("training/updates/sgd", "self.state, rate)", "self.state, 1.0 * rate)"),
        TRAINED | LOOKED_AT,
        "all training",
    ),
    Edit(
        "a schedule's formula",
        code("training/schedules/triangular", "(1 - progress) /", "1.0 * (1 - progress) /"),
        TRAINED | LOOKED_AT,
        "all training that uses it",
    ),
    Edit(
        "the formula of a schedule that is not used",
        code("training/schedules/cosine", "0.5 * (1", "0.50 * 1.0 * (1"),
        set(),
        "nothing",
    ),
    Edit(
        "SNIP's score",
        code("pruning/criteria/snip", "abs().cpu()", "abs().square().cpu()"),
        {"draw mask snip_0.1"} | ENDS,
        "SNIP's masks",
    ),
    Edit(
        "the exact selection of scores",
        code("pruning/mask", "ordered[:, -keep].copy()", "ordered[:, ordered.shape[1] - keep].copy()"),
        MASKS | TRAINED | LOOKED_AT,
        "masks and training",
    ),
    Edit(
        "the magnitude criterion",
        code("pruning/criteria/magnitude", ".abs()", ".square().sqrt()"),
        SCULPT | ITERATIVE | looked_at(*BRANCHES["sculpt"], *BRANCHES["iterative"]),
        "the prunes that use it",
    ),
    Edit(
        "the model that is used",
        code("models/residual", "inplace=True", "inplace=False"),
        ALL - DATA,
        "all but the data",
    ),
    Edit("a model that is not used", code("models/vgg", "MaxPool2d(2)", "AvgPool2d(2)"), set(), "nothing"),
    Edit("a data set that is not used", code("data/sets/cifar10", "0.4914", "0.4915"), set(), "nothing"),
    Edit("the data set that is used", code("data/sets/digits", "scale=(16.0,)", "scale=(8.0,)"), ALL, "everything"),
    Edit(
        "how evaluation batches",
        code("training/evaluation", "BATCH = 500", "BATCH = 250"),
        TRAINED | LOOKED_AT,
        "training (it validates) and evaluation",
    ),
    Edit(
        "an analysis' function",
        code("analyses/overlap", ".double() for side", ".double().clone() for side"),
        LOOKED_AT - EVALUATED - LOOKS - {"compare the profiles"},
        "its jobs and the report",
    ),
    Edit("a claim's threshold", code("claims/cheaper_than_lrr", "MARGIN = 1.0", "MARGIN = 2.0"), CLAIMS, "the claims"),
    Edit(
        "the margin of claims d",
        params(("    analyses:\n      overlap: {}", "    claims: {margin: 2.0}\n    analyses:\n      overlap: {}")),
        CLAIMS,
        "the claims",
    ),
    Edit(
        "a figure's function",
        code("figures/training_loss", "max() * 1.3", "max() * 1.4"),
        {"draw training_loss"},
        "that figure",
    ),
    Edit(
        "a rule's command",
        text("rules/evaluate.smk", ("python -m sculpt.stages evaluate", "python -B -m sculpt.stages evaluate")),
        EVALUATED | ENDS,
        "that rule's jobs",
        real=True,
        described=False,
    ),
    Edit("a newer matplotlib", library("matplotlib", "99.0"), PLOT, "the figures"),
    Edit("a newer scikit-learn", library("scikit_learn", "99.0"), ALL, "everything (it splits the data)"),
    Edit("new times on every file", touch, set(), "nothing", real=True),
    Edit(
        "a deleted mask",
        delete(f"{IN}/masks/seeds_0-1/erk_0.1/mask.safetensors"),
        AFTER_ERK_01,
        "the mask and what is made from it",
    ),
    Edit(
        "a deleted history",
        delete(f"{IN}/sculpt/seeds_0-1/erk_0.5/cycle_1/0.1/history.csv"),
        {"prune and train erk_0.5/cycle_1/0.1"} | looked_at("sculpt/erk_0.5/cycle_1/0.1"),
        "its node",
    ),
    Edit("a deleted picture", delete("figures/tiny/training_loss.png"), {"draw training_loss"}, "that figure"),
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
        AFTER_ERK_01,
        "the mask and what is made from it",
    ),
    Edit(
        "a flipped byte in a checkpoint",
        flip(f"{IN}/iterative/seeds_0-1/lrr/0.5/0.1/weights.safetensors"),
        {"prune and train lrr/0.5/0.1", "prune and train lrr/0.5/0.1/0.02"} | looked_at("iterative/lrr/0.5"),
        "its node and the rungs below",
        real=True,
    ),
    Edit(
        "a flipped byte in a record",
        flip(f"{IN}/dense/seeds_0-1/cycle_1/record.json"),
        {"train cycle_1"} | ITERATIVE | looked_at(*BRANCHES["dense"], *BRANCHES["iterative"]) | LOOKS | COMPARED,
        "its node and what is made from it",
    ),
    Edit(
        "a flipped byte in an evaluation",
        flip(f"{IN}/evaluate/seeds_0-1/default/dense/cycle_1.csv"),
        evaluated("dense/cycle_1") | ENDS,
        "that evaluation",
    ),
    Edit(
        "a flipped byte in an evaluation's bits",
        flip(f"{IN}/evaluate/seeds_0-1/default/dense/cycle_1.hits.safetensors"),
        evaluated("dense/cycle_1") | ENDS,
        "that evaluation",
    ),
    Edit(
        "a flipped byte in what a profile gave",
        flip(f"{IN}/hardware/seeds_0-1/contiguous/first/outcomes.safetensors"),
        {"look at profile contiguous, first take"} | COMPARED,
        "that look, and the comparison",
    ),
    Edit("a flipped byte in the comparison", flip(f"{IN}/summary/hardware.csv"), COMPARED, "the comparison"),
    Edit("a flipped byte in the summary", flip(f"{IN}/summary/summary.csv"), ENDS, "the report"),
    Edit("a flipped byte in the claims", flip(f"{IN}/summary/claims.json"), CLAIMS, "the claims"),
    Edit("a flipped byte in a figure", flip("figures/tiny/training_loss.svg"), {"draw training_loss"}, "that figure"),
]


def document() -> str:
    lines = [
        "# What an edit runs again",
        "",
        f"Each line is an edit of a finished tiny experiment of {len(ALL)} jobs, with the number of jobs that it",
        "runs. tests/workflow/test_edits.py makes each edit, and holds the exact set of jobs expected against the set",
        "that the records and the descriptions of the jobs give. Edits in bold are also planned (`sculpt plan`) and",
        "really run (`sculpt reproduce`) by `make test`: by the logs that jobs write, the same jobs ran.",
        "`make campaign` does so with all of them. Tables, claims and figures follow whatever is trained.",
        "Written by `python tests/workflow/edits.py > docs/incremental.md`.",
        "",
        "| edit | jobs | what runs |",
        "|---|---:|---|",
        *(f"| {_shown(edit)} | {len(edit.jobs)} | {edit.words} |" for edit in EDITS),
    ]
    return "\n".join(lines) + "\n"


def _shown(edit: Edit) -> str:
    return f"**{edit.name}**" if edit.real else edit.name


if __name__ == "__main__":
    print(document(), end="")
