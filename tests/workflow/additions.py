"""Ideas that a researcher adds to the finished tiny experiment: the files that are written, the entries of params.yaml,
and exactly the jobs that run.

The plug-ins are real ones, and lie in `added/` as they would below src/sculpt. docs/extending.md has the table:
python tests/workflow/additions.py
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from edits import CLAIMS, ENDS, LOOKED_AT, looked_at

ADDED = Path(__file__).parent / "added"


@dataclass(frozen=True)
class Addition:
    """One idea, on top of the finished tiny experiment.

    files: below src/sculpt, written by hand. entries: of params.yaml, each the section of tiny that it stands in (or
    `experiments`) and its text. jobs: the messages of what runs in tiny, without its seed block. words: what trains
    anew. shows: what `make docs` lists. experiment: one that it adds, all of whose jobs run. trains: the messages of
    those that train. after: another addition that must be there.
    """

    name: str
    files: tuple[str, ...]
    entries: tuple[tuple[str, str], ...]
    jobs: set[str]
    words: str
    shows: str = ""
    experiment: str = ""
    trains: frozenset[str] = frozenset()
    after: str = ""

    @property
    def nodes(self) -> list[str]:
        """The nodes that are trained."""
        return sorted(job.rpartition("train ")[2] for job in self.jobs | self.trains if "train " in job)

    def install(self, folder: Path) -> None:
        for file in self.files:
            target = folder / "src/sculpt" / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ADDED / file, target)
        params = folder / "params.yaml"
        for section, text in self.entries:
            params.write_text(entered(params.read_text(), section, text))


def entered(params: str, section: str, text: str) -> str:
    """params.yaml with one entry more: an experiment at its end, another as the first of its section of tiny."""
    if section == "experiments":
        return params + text
    head = f"    {section}:\n"
    if head not in params:
        params = params.replace("    profiles:\n", f"{head}    profiles:\n", 1)
    return params.replace(head, f"{head}      {text}\n", 1)


def run(text: str) -> tuple[str, str]:
    return "runs", f"- {{{text}}}"


def variant(name: str, overlay: str) -> tuple[tuple[str, str], ...]:
    """A variant, and a run that takes it."""
    taken = run(f"method: cyclic, mask: erk, densities: [0.1], variant: {name}")
    return ("variants", f"{name}: {overlay}"), taken


def experiment(name: str, text: str) -> tuple[str, str]:
    return "experiments", f"  {name}:\n    based_on: tiny\n{text}"


def cyclic(name: str) -> set[str]:
    """A cyclic run at density 0.1: two cycles, and what looks at them."""
    return {f"train {name}/cycle_1", f"train {name}/cycle_2"} | looked_at(f"cyclic/{name}/cycle_1")


FEW = "    runs:\n      - {method: dense, cycles: 1}\n      - {method: cyclic, mask: erk, densities: [0.1]}\n"
THREE = frozenset({"train cycle_1", "train erk_0.1/cycle_1", "train erk_0.1/cycle_2"})
BARE = "    analyses: null\n    figures: null\n"

ADDITIONS = [
    Addition(
        "a run method",
        ("recipe/methods/rewound.py",),
        (run("method: rewound, mask: erk, start: 0.5, targets: [0.1]"),),
        {"prune and train rewound/erk_0.5/cycle_1/0.1"} | looked_at("sculpt/rewound/erk_0.5/cycle_1/0.1"),
        "its last cycle; the trunk is SCULPT's",
        "- `rewound`: SCULPT's pruned mask on the initial weights",
    ),
    Addition(
        "a criterion of initial masks",
        ("pruning/criteria/lamp.py",),
        (run("method: cyclic, mask: lamp, densities: [0.1]"),),
        {"draw mask lamp_0.1"} | cyclic("lamp_0.1"),
        "its run",
        "- `lamp`: LAMP (Lee et al. 2021",
    ),
    Addition(
        "the same criterion for prunes",
        ("pruning/criteria/lamp.py",),
        (run("method: lrr, ladder: [0.5], criterion: lamp"),),
        {"prune and train lrr/0.5+lamp"} | looked_at("iterative/lrr/0.5+lamp"),
        "its ladder; the dense network is shared",
    ),
    Addition(
        "a weight transform",
        ("training/transforms/rescale.py",),
        (run("method: cyclic, mask: erk, densities: [0.1], transform: rescale"),),
        cyclic("erk_0.1+rescale"),
        "its run; the mask is shared",
        "- `rescale`: Kept weights larger",
    ),
    Addition(
        "a schedule",
        ("training/schedules/trapezoid.py",),
        variant("held", "{schedule: {name: trapezoid, warmup: 0.5, decay: 1.0}}"),
        cyclic("held/erk_0.1"),
        "its variant's run; the mask is shared",
        "  - `decay`: epochs of the line to zero",
    ),
    Addition(
        "a loss",
        ("training/losses/focal.py",),
        variant("focal", "{loss: {name: focal, gamma: 2.0}}"),
        cyclic("focal/erk_0.1"),
        "its variant's run; the mask is shared",
        "- `focal`: Focal loss",
    ),
    Addition(
        "an update rule",
        ("training/updates/nesterov.py",),
        variant("ahead", "{update: {name: nesterov, momentum: 0.9, weight_decay: 0.0005}}"),
        cyclic("ahead/erk_0.1"),
        "its variant's run; the mask is shared",
        "- `nesterov`: SGD with Nesterov's momentum",
    ),
    Addition(
        "a schedule, a loss or an update rule as an experiment",
        ("training/losses/focal.py",),
        (experiment("focal", f"    training: {{loss: {{name: focal, gamma: 2.0}}}}\n{FEW}{BARE}"),),
        set(),
        "all of its experiment, nothing elsewhere",
        experiment="focal",
        trains=THREE,
    ),
    Addition(
        "a model",
        ("models/architectures/all_cnn.py",),
        (experiment("all-cnn", f"    model: {{name: all_cnn, channels: [8, 16, 16]}}\n{FEW}{BARE}"),),
        set(),
        "all of its experiment, nothing elsewhere",
        "- `all_cnn`: All-convolutional network",
        "all-cnn",
        THREE,
    ),
    Addition(
        "a data set",
        ("data/sets/gratings.py",),
        (
            experiment(
                "gratings",
                f"    data: {{name: gratings, train: 150, validation: 60, test: 100, size: 8}}\n{FEW}{BARE}",
            ),
        ),
        set(),
        "all of its experiment, nothing elsewhere",
        "- `gratings`: Sine gratings in noise",
        "gratings",
        THREE,
    ),
    Addition(
        "an analysis",
        ("analyses/flipped_signs.py",),
        (("analyses", "flipped_signs: {}"),),
        {job.replace("overlap", "flipped_signs") for job in LOOKED_AT if job.startswith("analyse ")} | ENDS,
        "0",
        "- `flipped_signs`: How many kept weights change their sign",
    ),
    Addition(
        "a figure of its table",
        ("figures/changed_signs.py",),
        (("figures", "changed_signs: {width: 5.5}"),),
        {"draw changed_signs"},
        "0",
        "- `changed_signs`: The share of kept weights",
        after="an analysis",
    ),
    Addition(
        "a claim",
        ("claims/wr_beats_imp.py",),
        (),
        CLAIMS,
        "0",
        "- `wr_beats_imp`: Is an early epoch a better place",
    ),
    Addition(
        "an execution profile with an environment",
        (),
        (("profiles", "plain: {device: cpu, precision: float32, environment: {ATEN_CPU_CAPABILITY: default}}"),),
        set(),
        "0",
    ),
    Addition(
        "a study: an update rule, a claim and a figure",
        (
            "studies/sign_descent/updates/lion.py",
            "studies/sign_descent/claims/lion_beats_sgd.py",
            "studies/sign_descent/figures/loss_of_variants.py",
        ),
        (
            experiment(
                "sign-descent",
                "    variants:\n"
                "      lion:\n        learning_rate: 0.003\n"
                "        update: {name: lion, look: 0.9, momentum: 0.99, weight_decay: 0.01}\n"
                f"{FEW}"
                "      - {method: cyclic, mask: erk, densities: [0.1], variant: lion}\n"
                "    figures:\n      loss_of_variants: {width: 5.5}\n",
            ),
        ),
        CLAIMS,
        "all of its experiment, nothing elsewhere",
        "- `lion`: Lion (Chen et al. 2023",
        "sign-descent",
        THREE | {"train lion/erk_0.1/cycle_1", "train lion/erk_0.1/cycle_2"},
    ),
]


def table() -> str:
    """The table of docs/extending.md."""
    lines = [
        "| addition | files written by hand | entries of params.yaml | nodes trained anew |",
        "|---|---:|---:|---|",
    ]
    for addition in ADDITIONS:
        words = f"{len(addition.nodes)}: {addition.words}" if addition.nodes else addition.words
        lines.append(f"| {addition.name} | {len(addition.files)} | {len(addition.entries)} | {words} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(table(), end="")
