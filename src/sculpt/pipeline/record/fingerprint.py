"""What, beside code, settings and inputs, decides the bits that a job computes on this machine."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sculpt.core.processor import processor
from sculpt.pipeline.identity.source import NUMERIC_LIBRARIES

_DEVICE_FILES = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")


@cache
def fingerprint() -> dict[str, Any]:
    """Processor, accelerator and numeric libraries, without a name of the machine. Equal fingerprints, equal bytes.

    The facts of `sculpt.processor`, and device: `cpu`, or the CUDA device's name; libraries: installed version of each.
    """
    return {
        **hardware(),
        "libraries": {library: version(library) for library in sorted(NUMERIC_LIBRARIES.values())},
    }


def leave_note(log: Path | str) -> None:
    """Write the fingerprint beside a job's log, for whoever records the job on another machine."""
    _note(log).write_text(json.dumps(fingerprint()))


def take_note(logs: Iterable[Path]) -> dict[str, Any]:
    """The fingerprint that was left beside a job's logs, once; else this machine's."""
    for note in filter(Path.exists, map(_note, logs)):
        left = json.loads(note.read_text())
        note.unlink()
        return left
    return fingerprint()


def _note(log: Path | str) -> Path:
    return Path(log).with_suffix(".machine.json")


@cache
def hardware() -> dict[str, Any]:
    """The fingerprint without the libraries, of which a job's source identity names those that the job imports."""
    return {**processor(), "device": _device()}


def _device() -> str:
    # Only torch knows whether it can use a device; importing it costs a second, so not where there is none.
    if not any(os.path.exists(file) for file in _DEVICE_FILES):
        return "cpu"
    ask = "import torch; print(torch.cuda.get_device_name() if torch.cuda.is_available() else 'cpu')"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    return done.stdout.strip()
