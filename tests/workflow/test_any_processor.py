"""A whole run with the kernels gives the same bytes on an older processor, as far as one machine can tell."""

import shutil

import pytest
from conftest import Checkout, files_below

from sculpt.engine.build import library_path

OLDER = {
    "SCULPT_KERNELS": "generic",
    "ATEN_CPU_CAPABILITY": "default",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "MKL_CBWR": "COMPATIBLE",
    "NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX512_ICL AVX2 FMA3",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX2,-AVX,-FMA",
}
"""What makes each numeric library, and the mathematics of C, do without the instructions of this processor."""
KERNELS = "default: {device: cpu, precision: float32, engine: kernels}"
REPEATED = (
    "      - {method: long, mask: erk, densities: [0.1, 0.02]}\n",
    "      - {method: sculpt, mask: erk, start: 0.1, targets: [0.02]}\n",
    "      - {method: imp, ladder: [0.5]}\n",
    "      accuracy_vs_cost: {width: 5.5, densities: [0.1]}\n",
    "      start_target_map: {width: 5.5}\n",
    "      training_loss: {width: 5.5, densities: [0.1]}\n",
)
"""Runs and figures of the tiny experiment that compute with nothing that the others have not: they are left out."""
FEWER = (("erk, densities: [0.1, 0.02]", "erk, densities: [0.1]"), ("targets: [0.1, 0.02]", "targets: [0.1]"))


@pytest.mark.skipif(not library_path("avx2").exists(), reason="a processor that has no older one")
def test_a_run_without_newer_instructions_makes_the_same_bytes_and_leaves_git_clean(copy: Checkout):
    # Without the section hardware, whose files tell of the processor itself.
    section = "    hardware: {reference: default, profiles: [contiguous, idle], methods: [dense]}\n"
    copy.edit("params.yaml", ("default: {device: cpu, precision: float32}", KERNELS), (section, ""))
    copy.edit("params.yaml", *((text, "") for text in REPEATED), *FEWER, ("[0.5, 0.1, 0.02]", "[0.5]"))
    for command in (["docs"], ["tidy", "--yes"], ["reproduce"]):
        done = copy.sculpt(*command)
        assert done.returncode == 0, done.stderr
    copy.git("add", "--all")
    copy.git("commit", "--quiet", "--message", "recorded")
    made = files_below(copy.folder / "results") | files_below(copy.folder / "figures")

    shutil.rmtree(copy.folder / "results")
    shutil.rmtree(copy.folder / "figures")
    done = copy.sculpt("reproduce", **OLDER)
    assert done.returncode == 0, done.stderr
    again = files_below(copy.folder / "results") | files_below(copy.folder / "figures")
    assert made.keys() == again.keys() and len(made) > 60
    assert [name for name in made if made[name] != again[name]] == []
    assert copy.git("status", "--porcelain") == ""
    # Analyses and the scores of criteria are computed with torch, which chooses its kernels by the processor.
    scored = {
        job.label for job in copy.jobs if job.rule == "masks" and job.wildcards["node"].startswith(("snip", "syn"))
    }
    torchs = [job for job in copy.jobs if job.rule == "analyse" or job.label in scored]
    assert (
        f"{len(torchs)} jobs ran on other hardware than the recorded one and made the recorded bytes\n" in done.stderr
    )
