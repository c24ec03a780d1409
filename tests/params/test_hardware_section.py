"""The section `hardware` of params.yaml: what is refused, and what it needs of the disk."""

import pytest
from mistakes import D, refused, write

from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import all_jobs

ALL = "kernels, bfloat16, mantissa-10, contiguous, onednn-off, isa-plain, mkl-compatible"
LIST = f"profiles: [{ALL}]"
H = D + "hardware."
SLOW = (
    ("    profiles:\n      default", "    variants:\n      slow: {profile: bfloat16}\n    profiles:\n      default"),
    ("    analyses:\n", "      - {method: cyclic, mask: erk, densities: [0.3], variant: slow}\n    analyses:\n"),
)
MISTAKES = {
    "unknown reference": (
        [("reference: torch", "reference: tortch")],
        H + f"reference: \"tortch\"; allowed: default, torch, {ALL}; nearest: 'torch'",
    ),
    "a reference of the kernels": (
        [("reference: torch", "reference: default")],
        H + 'reference: "default"; allowed: a profile of engine torch (torch, bfloat16, mantissa-10, '
        "contiguous, onednn-off, isa-plain, mkl-compatible)",
    ),
    "unknown profile": (
        [(LIST, "profiles: [kernels, bfloat61]")],
        H + f"profiles.1: \"bfloat61\"; allowed: default, torch, {ALL}; nearest: 'bfloat16'",
    ),
    "the reference among the profiles": (
        [(LIST, "profiles: [kernels, torch]")],
        H + 'profiles.1: "torch"; allowed: another than the reference, which is repeated anyway',
    ),
    "a profile twice": (
        [(LIST, "profiles: [kernels, kernels]")],
        H + 'profiles.1: "kernels"; allowed: each profile once',
    ),
    "no profile": ([(LIST, "profiles: []")], H + "profiles: []; allowed: at least one entry"),
    "unknown key": (
        [("reference: torch", "reference: torch\n      method: [lrr]")],
        H + "method: unknown key; allowed: reference, profiles, methods, densities, machines; nearest: 'methods'",
    ),
    "unknown method": (
        [("methods: [dense, lrr]", "methods: [dense, lr]")],
        H + "methods.1: lr selects nothing (nearest: lrr); allowed: dense, single, cyclic, long, sculpt, lrr, imp, wr, "
        "lrr_equal, coupled",
    ),
    "a density of none": (
        [("densities: [1.0, 0.2, 0.1, 0.05, 0.02, 0.01]\n    criteria", "densities: [1.0, 0.06]\n    criteria")],
        H + "densities.1: 0.06 selects nothing (nearest: 0.05); allowed: 1, 0.1, 0.05, 0.02, 0.01, 0.5, 0.2",
    ),
    "a machine of the name of this one": (
        [("reference: torch", "reference: torch\n      machines: {here: some/where}")],
        H + "machines.here: the machine of the run; allowed: another name",
    ),
    "a machine without a folder": (
        [("reference: torch", 'reference: torch\n      machines: {h200: ""}')],
        H + 'machines.h200: ""; allowed: the path of a folder',
    ),
    "training under a profile that no table tells of": (
        [SLOW[0], (LIST, f"profiles: [{ALL.replace('bfloat16, ', '')}]"), SLOW[1]],
        H + 'profiles: lacks "bfloat16", which variants.slow trains under; allowed: with every profile that a variant '
        "of a run trains under",
    ),
    "a table of the section as an analysis": (
        [("overlap: {}", "overlap: {}\n      hardware: {name: overlap}")],
        D + "analyses.hardware: a table of the section hardware; allowed: another name than hardware, profiles",
    ),
    "training under a profile without the plain run": (
        SLOW,
        D + "runs.20.densities.0: slow/single/erk_0.3 trains under the profile bfloat16; allowed: with the same run "
        "without a variant, since the section hardware compares the two",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line(tmp_path, mistake):
    changes, line = MISTAKES[mistake]
    assert refused(write(tmp_path, *changes)) == [line]


def test_a_selection_of_runs_under_a_profile_alone_selects_nothing(tmp_path):
    variant, run = SLOW
    path = write(
        tmp_path,
        variant,
        (run[0], run[1].replace("cyclic, mask: erk, densities: [0.3]", "dense, cycles: 1")),
        ("      - {method: dense, cycles: 4}\n", ""),
        ("methods: [dense, lrr]\n      densities: [1.0, 0.2, 0.1, 0.05, 0.02, 0.01]\n", "methods: [dense]\n"),
    )
    assert refused(path) == [
        H.removesuffix(".") + ": selects no run; allowed: methods and densities of runs without a profile of their own"
    ]


def test_a_folder_of_another_machine_need_not_be_there_to_check_params(tmp_path, monkeypatch):
    path = write(tmp_path, ("reference: torch", "reference: torch\n      machines: {far: not/there}"))
    monkeypatch.chdir(tmp_path)
    jobs = all_jobs("digits", load(path).experiments["digits"])
    (compare,) = (job for job in jobs if job.rule == "compare")
    assert compare.inputs["elsewhere"] == [] and '"machines":{"far":"not/there"}' in compare.config


def test_a_profile_of_a_variant_that_no_run_has_need_not_be_told_of(tmp_path):
    path = write(tmp_path, SLOW[0], (LIST, f"profiles: [{ALL.replace('bfloat16, ', '')}]"))
    assert "slow" in load(path).experiments["digits"].variants
