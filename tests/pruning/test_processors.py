"""Masks are the same bytes on every processor, as far as one machine can tell: torch and its libraries are told to do
without the instructions that it has."""

import json
import os
import subprocess
import sys
from pathlib import Path

from pruning_cases import METHODS

HERE = Path(__file__).parent
OLD_PROCESSOR = {
    "ATEN_CPU_CAPABILITY": "default",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "MKL_CBWR": "COMPATIBLE",
    "NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX512_ICL AVX2 FMA3",
}


def start(environment):
    command = [sys.executable, HERE / "mask_digests.py", "4", "2", "0.05", "0.02"]
    clean = {key: value for key, value in os.environ.items() if key not in OLD_PROCESSOR}
    return subprocess.Popen(command, stdout=subprocess.PIPE, env=clean | environment)


def test_masks_are_the_same_without_the_instructions_of_this_processor():
    (ours, _), (theirs, _) = (job.communicate() for job in [start({}), start(OLD_PROCESSOR)])
    found = json.loads(ours)
    assert len(found) == 2 * len(METHODS)
    assert json.loads(theirs) == found
