"""What the machine can do to a job (no memory left, a device that fails), as one line that says what to do."""

import os
import re
from typing import Any

import torch

from sculpt.core.files import first_line


def machine_fault(error: Exception, config: dict[str, Any]) -> str | None:
    """The fault of the machine that an exception tells of, or None where it tells of something else.

    config: the job's settings, of which the line names those to lower. The exception's notes say where a failed device
    leaves the job.
    """
    notes = getattr(error, "__notes__", [])
    # The capture of a CUDA graph that breaks off says just that, in place of what broke it.
    while error is not None and "captur" in first_line(error):
        error = error.__context__
    if error is None:
        return None
    text = first_line(error)
    if isinstance(error, torch.OutOfMemoryError | MemoryError) or "DefaultCPUAllocator" in text:
        return _out_of_memory(text, config)
    if isinstance(error, torch.AcceleratorError) or text.startswith(("CUDA error", "cuDNN error")):
        # A device that others have filled cannot even start, nor can a library on it, and they say so in these words.
        if "out of memory" in text or "ALLOC" in text:
            return _out_of_memory(text, config)
        return "; ".join([f"the device failed: {text}", *notes])
    return None


def _out_of_memory(text: str, config: dict[str, Any]) -> str:
    asked = re.search(r"ried to allocate ([\d.]+) (bytes|\wiB)", text)
    device = re.search(r"total capacity of ([\d.]+ \wiB) of which ([\d.]+ (?:bytes|\wiB)) is free", text)
    if device:
        has = f"the device has {device[1]}, {device[2]} of it free"
    elif text.startswith(("CUDA", "cuDNN")):
        has = "the device is full"
    else:
        has = f"this machine has {_show(os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES'))}"
    if asked:
        more = _show(int(asked[1])) if asked[2] == "bytes" else f"{asked[1]} {asked[2]}"
        has = f"{more} more were asked for, {has}"
    return f"out of memory: {has}; lower {', or '.join(_to_lower(config))}"


def _to_lower(config: dict[str, Any]) -> list[str]:
    """What decides how much memory a job takes, first what leaves the results as they are."""
    found = ["the number of jobs at once (cores, or resources: gpu, of the Snakemake profile)"]
    if len(config.get("seeds", [])) > 1:
        found.append(f"replicates (now {len(config['seeds'])})")
    if "batch_size" in config.get("training", {}):
        found.append(f"training.batch_size (now {config['training']['batch_size']})")
    for criterion in (config.get("criterion", {}), config.get("prune", {}).get("criterion", {})):
        if "samples_per_class" in criterion:
            found.append(f"samples_per_class of {criterion['name']} (now {criterion['samples_per_class']})")
    if "nodes" in config:
        found.append("BATCH in sculpt.training.evaluation")
    return found


def _show(size: int) -> str:
    return f"{size / 2**30:.3g} GiB" if size >= 2**30 else f"{size / 2**20:.3g} MiB"
