"""Files of the pipeline: how every one is written, JSON and CSV, and what is wrong with a file that cannot be used.

Tensors (`core.tensors`) are safetensors files, tables are CSV (`core.tables` reads them), records are JSON. All are
written to a temporary file that is renamed, so a killed job leaves no half-written output. They hold no times, paths or
machine names, so two runs write the same bytes.
"""

import csv
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from safetensors import SafetensorError

from sculpt.core.errors import SculptError

WEIGHTS = "weights.safetensors"
MASK = "mask.safetensors"
HISTORY = "history.csv"
RECORD = "record.json"


class ArtifactError(SculptError):
    """A file is missing, unreadable or does not fit; the message names it."""


def write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write a table (CSV) of at least one row; the columns are the first row's keys."""
    with replacing(path) as temporary, temporary.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_json(path: Path, value: Any) -> None:
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(value, indent=1, sort_keys=True, allow_nan=False) + "\n")


def read_json(path: Path) -> Any:
    must_exist(path)
    try:
        return json.loads(path.read_text())
    except (ValueError, UnicodeDecodeError) as error:
        raise ArtifactError(f"{path}: unreadable JSON: {first_line(error)}") from None


_UMASK = os.umask(0)
os.umask(_UMASK)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` that takes its name when the block ends well.

    Raises ArtifactError where nothing can be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            temporary.chmod(0o666 & ~_UMASK)  # safetensors writes files that only their owner may read
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except (OSError, SafetensorError) as error:  # a full disk, a folder that may only be read
        reason = getattr(error, "strerror", None) or first_line(error)
        raise ArtifactError(f"{path}: cannot be written: {reason}") from None


def clear_cut_off(folder: Path) -> None:
    """Delete the temporary files that a killed job has left below a folder."""
    for path in folder.rglob(".*.tmp"):
        path.unlink()


def must_exist(path: Path) -> None:
    if not Path(path).is_file():
        raise ArtifactError(f"{path}: no such file")


def first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
