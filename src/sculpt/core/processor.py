"""What of this machine's processor decides the bits that a numeric library computes."""

import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_X86_VECTORS = ("sse4", "avx", "fma", "f16c", "amx")
_OVERRIDES = (
    "ATEN_CPU_CAPABILITY",
    "DNNL_MAX_CPU_ISA",
    "MKL_CBWR",
    "MKL_ENABLE_INSTRUCTIONS",
    "NPY_DISABLE_CPU_FEATURES",
    "ONEDNN_MAX_CPU_ISA",
    "OPENBLAS_CORETYPE",
    "OPENBLAS_L2_SIZE",
)
"""What makes a numeric library choose other kernels than the processor's own."""


def processor(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """The processor, without a name of the machine.

    processor: maker and model, since libraries choose their kernels and block sizes by both. capability: its vector
    instructions. overrides: variables of `environment` that change that choice; without it, those of this process.
    """
    return {**_model(), "overrides": {name: environment[name] for name in _OVERRIDES if name in environment}}


@cache
def _model() -> dict[str, str]:
    machine, facts = platform.machine(), {}
    if sys.platform == "linux":
        first = Path("/proc/cpuinfo").read_text().partition("\n\n")[0]
        facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in first.splitlines())}
        names = ("vendor_id", "cpu family", "model", "CPU implementer", "CPU part", "CPU variant")
        model = " ".join(f"{name} {facts[name]}" for name in names if name in facts)
    elif sys.platform == "darwin":
        model = subprocess.run(
            ["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True, check=True
        ).stdout.strip()
    else:
        model = platform.processor()
    vectors = [flag for flag in facts.get("flags", "").split() if flag.startswith(_X86_VECTORS)]
    vectors += facts.get("Features", "").split()  # what an Arm processor calls its flags
    return {"processor": f"{machine} {model}", "capability": " ".join(sorted(vectors))}
