"""Tensors with a JSON state beside them, under a digest: for a file that no lock knows and that must be whole."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from sculpt.core.files import ArtifactError, first_line, must_exist, replacing
from sculpt.core.tensors import Tensors


def write_sealed(path: Path, tensors: Mapping[str, torch.Tensor], state: Any) -> None:
    """Write named tensors and a state that JSON can hold; numbers read back the same."""
    held = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    text = json.dumps(state, allow_nan=False)
    with replacing(path) as temporary:
        save_file(held, temporary, metadata={"state": text, "digest": _digest(held, text)})


def read_sealed(path: Path) -> tuple[Tensors, Any]:
    """The tensors, on the CPU, and the state. Raises ArtifactError naming a file that is not whole."""
    must_exist(path)
    try:
        with safe_open(path, "pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
            found = file.metadata() or {}
    except (SafetensorError, OSError, ValueError) as error:
        raise ArtifactError(f"{path}: unreadable tensors: {first_line(error)}") from None
    text = found.get("state", "")
    if found.get("digest") != _digest(tensors, text):
        raise ArtifactError(f"{path}: damaged: its content does not have its digest")
    return tensors, json.loads(text)


def _digest(tensors: Tensors, text: str) -> str:
    digest = hashlib.sha256(text.encode())
    for name, tensor in sorted(tensors.items()):
        digest.update(f"\n{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.flatten().view(torch.uint8).numpy())
    return digest.hexdigest()
