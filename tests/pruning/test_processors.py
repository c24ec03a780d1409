"""Masks are the same bytes on every processor, as far as one machine can tell: torch and its libraries are told to do
without the instructions that it has."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pruning_cases import METHODS

HERE = Path(__file__).parent
OLD_PROCESSOR = {
    "ATEN_CPU_CAPABILITY": "default",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "MKL_CBWR": "COMPATIBLE",
    "NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX512_ICL AVX2 FMA3",
}


def start(environment):
    command = [sys.executable, HERE / "mask_digests.py", "4", "2", "0.05"]
    clean = {key: value for key, value in os.environ.items() if key not in OLD_PROCESSOR}
    return subprocess.Popen(command, stdout=subprocess.PIPE, env=clean | environment)


def test_masks_are_the_same_without_the_instructions_of_this_processor():
    """And scores are nearly so: in float32 they differ by 1e-5 of the largest."""
    ours, theirs = (json.loads(job.communicate()[0]) for job in [start({}), start(OLD_PROCESSOR)])
    assert list(ours["masks"]) == [f"{method} 0.05" for method in METHODS]
    assert theirs["masks"] == ours["masks"]
    for method, scores in ours["scores"].items():
        atol = 1e-10 * max(map(abs, scores))
        assert theirs["scores"][method] == pytest.approx(scores, rel=0, abs=atol), method
