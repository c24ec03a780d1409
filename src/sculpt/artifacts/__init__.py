"""Every file format of the pipeline: reading, writing, and what is wrong with a file that cannot be used.

Tensors are safetensors files (no code runs when one is read), tables are CSV (`artifacts.tables` reads them), records
are JSON. All are written to a temporary file that is renamed, so a killed job leaves no half-written output, and hold
no times, paths or machine names, so two runs give the same bytes.
"""

import csv
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save, save_file

from sculpt.errors import SculptError

WEIGHTS = "weights.safetensors"
MASK = "mask.safetensors"
HISTORY = "history.csv"
RECORD = "record.json"

Tensors = dict[str, torch.Tensor]


class ArtifactError(SculptError):
    """A file is missing, unreadable or does not fit; the message names it."""


def write_tensors(path: Path, tensors: Mapping[str, torch.Tensor]) -> None:
    """Write named tensors; each is stored contiguous, on the CPU."""
    with replacing(path) as temporary:
        save_file({name: t.detach().cpu().contiguous() for name, t in tensors.items()}, temporary)


def write_streamed(
    path: Path, tensors: Tensors, name: str, shape: tuple[int, ...], pieces: Iterable[np.ndarray]
) -> None:
    """The file of `write_tensors` for `tensors` and one more of bytes, which may be larger than memory.

    `name` and `shape` are those of the large tensor, the last by type and name; `pieces`: uint8 (any, *shape[1:]), its
    rows in order, `shape[0]` in all.
    """
    start = sum(tensor.nbytes for tensor in tensors.values())
    first = save({**tensors, name: torch.empty(0, *shape[1:], dtype=torch.uint8)})
    # Eight bytes of length, the header as JSON padded with spaces to a multiple of eight, the tensors.
    end = 8 + int.from_bytes(first[:8], "little")
    header = json.loads(first[8:end])
    header[name] |= {"shape": shape, "data_offsets": [start, start + prod(shape)]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + first[end:])
        for piece in pieces:
            file.write(np.ascontiguousarray(piece))


def read_tensors(path: Path) -> Tensors:
    """Named tensors on the CPU, memory-mapped: what is not looked at is not read. ArtifactError names the file."""
    must_exist(path)
    try:
        return load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise ArtifactError(f"{path}: unreadable tensors: {first_line(error)}") from None


def read_weights(path: Path) -> Tensors:
    """Weights and batch-norm state of a node, each of shape (replicates, ...), float32, finite."""
    weights = read_tensors(path)
    for name, tensor in weights.items():
        if tensor.dtype != torch.float32:
            raise ArtifactError(f"{path}: {name} is {tensor.dtype}, weights are float32")
        if not torch.isfinite(tensor).all():
            raise ArtifactError(f"{path}: {name} holds a value that is not finite")
    return weights


def read_mask(path: Path, weights: Mapping[str, torch.Tensor]) -> Tensors:
    """A boolean tensor for each prunable weight, of its shape; ArtifactError where it does not fit.

    Prunable are the tensors of at least three axes (replicates, outputs, inputs); biases and batch norm have two.
    """
    mask = read_tensors(path)
    prunable = {name for name, weight in weights.items() if weight.dim() > 2}
    if mask.keys() != prunable:
        differing = ", ".join(sorted(mask.keys() ^ prunable)[:3])
        raise ArtifactError(f"{path}: does not fit the model: only one of the two has {differing}")
    for name, tensor in mask.items():
        if tensor.shape != weights[name].shape:
            raise ArtifactError(
                f"{path}: does not fit the model: {name} is {tuple(tensor.shape)}, "
                f"the weight {tuple(weights[name].shape)}"
            )
        if tensor.dtype != torch.bool:
            raise ArtifactError(f"{path}: {name} is {tensor.dtype}, a mask is bool")
    return mask


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
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except (OSError, SafetensorError) as error:  # a full disk, a folder that may only be read
        reason = getattr(error, "strerror", None) or first_line(error)
        raise ArtifactError(f"{path}: cannot be written: {reason}") from None


def must_exist(path: Path) -> None:
    if not Path(path).is_file():
        raise ArtifactError(f"{path}: no such file")


def first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
