"""What, beside code, settings and inputs, decides the bits that a job computes on this machine."""

import os
import platform
import subprocess
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sculpt.workflow.source import NUMERIC_LIBRARIES

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
_DEVICE_FILES = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")


@cache
def fingerprint() -> dict[str, Any]:
    """Processor, accelerator and numeric libraries, without a name of the machine. Equal fingerprints, equal bytes.

    processor: maker and model, since libraries choose their kernels and block sizes by both. capability: its vector
    instructions. overrides: variables that are set and change that choice. device: `cpu`, or the CUDA device's
    name. libraries: installed version of each.
    """
    return {
        **hardware(),
        "libraries": {library: version(library) for library in sorted(NUMERIC_LIBRARIES.values())},
    }


@cache
def hardware() -> dict[str, Any]:
    """The fingerprint without the libraries, of which a job's source identity names those that the job imports."""
    return {
        **_processor(),
        "overrides": {name: os.environ[name] for name in _OVERRIDES if name in os.environ},
        "device": _device(),
    }


def _processor() -> dict[str, str]:
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


def _device() -> str:
    # Only torch knows whether it can use a device; importing it costs a second, so not where there is none.
    if not any(os.path.exists(file) for file in _DEVICE_FILES):
        return "cpu"
    ask = "import torch; print(torch.cuda.get_device_name() if torch.cuda.is_available() else 'cpu')"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    return done.stdout.strip()
