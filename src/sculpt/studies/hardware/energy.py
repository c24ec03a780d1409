"""Counters of energy: those of a processor's packages (RAPL, as Linux's powercap shows it) and of an NVIDIA device."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path
from typing import Any

ZONES = Path("/sys/class/powercap")

Since = Callable[[], Callable[[], float] | None]
"""Called before: returns what tells afterwards how many joules were used since; None where the device tells nothing."""


def of_packages(zones: Path = ZONES) -> Since:
    """Of all packages, so of all that runs on them meanwhile.

    Nothing where there is no counter, or where this user may not read it, which since Linux 5.10 only root may.
    """
    packages = sorted(zone for zone in zones.glob("intel-rapl:*") if zone.name.count(":") == 1)

    def since() -> Callable[[], float] | None:
        before = [_number(zone / "energy_uj") for zone in packages]
        if not packages or None in before:
            return None

        def joules() -> float:
            used = 0
            for zone, start in zip(packages, before, strict=True):
                end = _number(zone / "energy_uj")
                used += end - start + (_number(zone / "max_energy_range_uj") if end < start else 0)  # it begins anew
            return used / 1e6

        return joules

    return since


def of_cuda_device(uuid: str, library: Any = None) -> Since:
    """Of the device with this UUID, by NVML (nvmlDeviceGetTotalEnergyConsumption, millijoules); Volta and later tell.

    library: NVML's, loaded where none is given; nothing where the driver brings none.
    """
    handle = ctypes.c_void_p()
    try:
        nvml = library or ctypes.CDLL("libnvidia-ml.so.1")
    except OSError:
        return lambda: None
    if nvml.nvmlInit_v2() or nvml.nvmlDeviceGetHandleByUUID(f"GPU-{uuid}".encode(), ctypes.byref(handle)):
        return lambda: None

    def read() -> int | None:
        value = ctypes.c_ulonglong()
        return None if nvml.nvmlDeviceGetTotalEnergyConsumption(handle, ctypes.byref(value)) else value.value

    def since() -> Callable[[], float] | None:
        before = read()
        return None if before is None else lambda: (read() - before) / 1e3

    return since


def _number(file: Path) -> int | None:
    try:
        return int(file.read_text())
    except OSError:
        return None
