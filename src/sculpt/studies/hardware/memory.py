"""How much memory a call needs, as far as it can be told."""

from __future__ import annotations

import ctypes
import gc
import platform
from collections.abc import Callable
from pathlib import Path

from sculpt.engine.network import Network

PROCESS = Path("/proc/self")


def peak_rise(call: Callable[[], object], process: Path = PROCESS) -> float | None:
    """MiB by which the high-water mark of the process's resident memory lies above what was resident before the call.

    Linux alone tells (VmHWM of proc(5), set back through clear_refs); None elsewhere, and where it may not be set back.
    Counted in pages, and shared libraries count where the call is the first to touch them: so call it once before.
    """
    gc.collect()
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).malloc_trim(0)  # else the call would find memory that was freed, and is resident still
    try:
        (process / "clear_refs").write_text("5")
    except OSError:
        return None
    before = _kib(process, "VmRSS")
    call()
    return max(0, _kib(process, "VmHWM") - before) / 1024


def _kib(process: Path, name: str) -> int:
    lines = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines() if ":" in line)
    return int(lines[name].split()[0])


def bytes_of_kernels(network: Network) -> int:
    """Bytes of a network of the kernels, which evaluates: buffers of its program, lists, values, other parameters.

    Exact, and the same for any batch, since they work through it in chunks. The images come on top.
    """
    lists = 0
    for name, layer in network.programs.layers.items():
        for matrix in layer.outputs:
            rows = matrix.lists(network.parameters.places(name))
            lists += rows.groups.nbytes + rows.offsets.nbytes + rows.weights.nbytes + 4 * len(rows.weights)
    parameters = 4 * network.parameters.count + network.programs.running.nbytes
    return network.programs.evaluation.bytes + lists + parameters
