"""What computed: hardware, driver, libraries and variables of a process, without names of machines or users."""

import os
import platform
import subprocess
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import torch

from sculpt.core.processor import processor

PREFIXES = ("ATEN_", "CUBLAS_", "CUDNN_", "DNNL_", "KMP_", "MKL_", "OMP_", "ONEDNN_", "OPENBLAS_", "TORCH_")
NAMES = ("CUDA_LAUNCH_BLOCKING", "NVIDIA_TF32_OVERRIDE", "NPY_DISABLE_CPU_FEATURES")
"""Variables that can change what is computed. CUDA_VISIBLE_DEVICES is none of them: it can name a machine's device."""
PACKAGES = ("torch", "torchvision", "numpy", "scipy", "scikit-learn", "pandas", "safetensors")
SENSORS = {
    "clocks.sm": "MHz",
    "clocks.mem": "MHz",
    "power.draw": "W",
    "temperature.gpu": "degrees Celsius",
}
"""What a device tells of its state, and the unit."""
SECONDS = 10
NO_CUDA = "computed on a CPU"


class Absent(Exception):
    """A fact that this machine does not tell; the message says why."""


def provenance(device: torch.device) -> dict[str, Any]:
    """The facts of the reference's section 3.4 that belong to a process; the last, `absent`, is why others are null.

    Commit, settings and hashes of what was computed are the caller's. Never fails.
    """
    facts: dict[str, Callable[[], Any]] = {
        "processor": processor,
        "processors": os.cpu_count,
        "cpu_capability": torch.backends.cpu.get_cpu_capability,
        "threads": torch.get_num_threads,
        "interop_threads": torch.get_num_interop_threads,
        "system": _system,
        "libc": _libc,
        "python": platform.python_version,
        "packages": _packages,
        "build": torch.__config__.show,
        "parallel": torch.__config__.parallel_info,
        "variables": _variables,
        "cuda": _of_build("cuda"),
        "cudnn": lambda: _there(torch.backends.cudnn.version(), "this PyTorch has no cuDNN"),
        "driver": lambda: _asked(device, ["driver_version"])["driver_version"],
        "device": lambda: _properties(device),
    }
    return _told(facts)


def sensors(device: torch.device) -> dict[str, Any]:
    """Clocks, power and temperature of the device now, in the units of `SENSORS`; and `absent` as in `provenance`."""
    return _told({name: lambda name=name: float(_asked(device, [name])[name]) for name in SENSORS})


def _told(facts: dict[str, Callable[[], Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    absent: dict[str, str] = {}
    for name, ask in facts.items():
        try:
            found[name] = ask()
        except (Absent, OSError, ValueError, RuntimeError) as error:
            found[name], absent[name] = None, str(error).partition("\n")[0] or type(error).__name__
    return {**found, "absent": absent}


def _there(value: Any, why: str) -> Any:
    if value is None:
        raise Absent(why)
    return value


def _of_build(name: str) -> Callable[[], Any]:
    return lambda: _there(getattr(torch.version, name), f"this PyTorch is built without {name}")


def _system() -> dict[str, str]:
    """The kind of system, never the name that the machine has in a network."""
    found = {"kind": platform.system(), "machine": platform.machine()}
    if found["kind"] == "Linux":
        found["distribution"] = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    return found


def _libc() -> str:
    return _there(" ".join(platform.libc_ver()).strip() or None, "the system does not tell its C library")


def _packages() -> dict[str, str | None]:
    return {name: _version(name) for name in PACKAGES}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _variables() -> dict[str, str]:
    """Variables of the numeric libraries; a path in one could name a user, so only that it is set is told of it."""
    names = sorted(name for name in os.environ if name.startswith(PREFIXES) or name in NAMES)
    return {name: "(a path)" if os.sep in os.environ[name] else os.environ[name] for name in names}


def _properties(device: torch.device) -> dict[str, Any]:
    if device.type != "cuda":
        raise Absent(NO_CUDA)
    found = torch.cuda.get_device_properties(device)
    return {
        "name": found.name,
        "capability": f"{found.major}.{found.minor}",
        "multiprocessors": found.multi_processor_count,
        "memory_bytes": found.total_memory,
    }


def _asked(device: torch.device, queries: list[str]) -> dict[str, str]:
    """Answers of nvidia-smi on the device. Raises Absent."""
    if device.type != "cuda":
        raise Absent(NO_CUDA)
    uuid = f"GPU-{torch.cuda.get_device_properties(device).uuid}"
    command = ["nvidia-smi", f"--id={uuid}", f"--query-gpu={','.join(queries)}", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except FileNotFoundError:
        raise Absent("there is no nvidia-smi") from None
    except subprocess.TimeoutExpired:
        raise Absent(f"nvidia-smi did not answer in {SECONDS} s") from None
    if done.returncode:
        raise Absent(f"nvidia-smi ended with {done.returncode}")
    answers = [answer.strip() for answer in done.stdout.strip().split(",")]
    found = dict(zip(queries, answers, strict=True))
    for query, answer in found.items():
        if answer.startswith("["):
            raise Absent(f"nvidia-smi: {query}: {answer.strip('[]')}")
    return found
