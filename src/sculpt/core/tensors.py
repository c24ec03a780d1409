"""Tensors by name, and their files: safetensors, from which no code runs when one is read."""

import json
from collections.abc import Iterable, Mapping
from math import prod
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save, save_file

from sculpt.core.files import ArtifactError, first_line, must_exist, replacing

Tensors = dict[str, torch.Tensor]


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
