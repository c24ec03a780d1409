"""What one look at the hardware leaves: its files, and what `machine.json` says of the machine that was looked at.

`machine.json` says whether the machine had what the execution profile asks for, and what it computed on. Where it had
not, the outcomes (`sculpt.core.outcomes`) have seeds alone.
"""

import hashlib
from pathlib import Path
from typing import Any

from sculpt.core.files import ArtifactError, read_json

OUTCOMES = "outcomes.safetensors"
MACHINE = "machine.json"
KEYS = ("available", "device", "flags", "outcomes", "probe", "profile", "provenance", "splits", "weights", "why")
"""What machine.json has. device: what was computed on, null where what was asked for is not there. outcomes: sha256 of
the file beside it. splits, weights: sha256 of the file of each split and of each node's weights."""
SPLITS = ("validation", "test")
"""What is looked at. Nothing is chosen from it."""
HERE = "here"
"""What tables call the machine of the run."""


def read_machine(path: Path) -> dict[str, Any]:
    """machine.json, with all of KEYS. Raises ArtifactError naming the file."""
    found = read_json(path)
    missing = [key for key in KEYS if key not in found] if isinstance(found, dict) else KEYS
    if missing:
        raise ArtifactError(f"{path}: lacks {', '.join(missing)}")
    return found


def digest_of(path: Path) -> str:
    """sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
