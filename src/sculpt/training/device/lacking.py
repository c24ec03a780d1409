"""What this machine lacks of an execution profile."""

from typing import Any

import torch

from sculpt.core.processor import processor

AMPERE = (8, 0)
"""The compute capability from which on CUDA devices have TF32; T4 and V100 have less."""
VECTORS = {"avx2": {"avx2", "fma"}, "avx512": {"avx512f", "avx512bw", "avx512dq", "avx512vl"}}
"""What a processor needs for a value of ATEN_CPU_CAPABILITY, which PyTorch takes unchecked (its DispatchStub.cpp)."""


def lacking(profile: dict[str, Any]) -> str | None:
    """Why this machine cannot compute under the profile, in a few words; None where it can.

    A switch that a device merely ignores, such as TF32 on a CPU, is no lack: `device.probe` tells that it does nothing.
    """
    asked = profile.get("environment", {}).get("ATEN_CPU_CAPABILITY", "")
    if missing := VECTORS.get(asked, set()) - {*processor()["capability"].split()}:
        return f"ATEN_CPU_CAPABILITY={asked}: the processor has no {', '.join(sorted(missing))}"
    if profile["device"] == "cpu":
        return None
    if not torch.cuda.is_available():
        return "no CUDA device" if profile["device"] == "cuda" else None
    name, precision = torch.cuda.get_device_name(), profile["precision"]
    has = {
        "tf32": torch.cuda.get_device_capability() >= AMPERE,
        "bfloat16": torch.cuda.is_bf16_supported(including_emulation=False),
    }
    return None if has.get(precision, True) else f"{name} has no {precision}"
