"""What every format is made from: a plain network, its mask, and the facts that whoever uses the file has to know."""

from __future__ import annotations

import hashlib
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from sculpt.api.trained import Trained
from sculpt.core.files import WEIGHTS, ArtifactError, first_line, must_exist
from sculpt.export.register import ExportError


@dataclass(frozen=True)
class Network:
    """A network to export.

    module: in evaluation mode, on the CPU. mask: bool, of each prunable weight by its name in the module. facts: plain
    values, as JSON can hold them: experiment, node, seed, density, kept (weights), model (its settings), classes, image
    (channels, height and width of what enters), mean and scale (of each channel: a pixel enters as (pixel - mean) /
    scale), weights_sha256 (of the file that the weights are from).
    """

    module: nn.Module
    mask: dict[str, Tensor]
    facts: dict[str, Any]


def network_of(trained: Trained) -> Network:
    """A copy of the network, in evaluation mode, with its facts.

    Raises ExportError where weights outside the mask are not zero, as after training on without it.
    """
    module = deepcopy(trained.module).cpu().eval()
    mask = {name: kept.cpu() for name, kept in trained.mask.items()}
    weights = dict(module.named_parameters())
    for name, kept in mask.items():
        if outside := int((weights[name].detach()[~kept] != 0).sum()):
            raise ExportError(f"{name}: {outside} weights outside the mask are not zero; allowed: zeros there")
    data = trained.record["data"]
    facts = {
        "experiment": trained.experiment,
        "node": trained.node,
        "seed": trained.seed,
        "density": trained.density,
        "kept": trained.kept,
        "model": trained.record["model"],
        "classes": data["classes"],
        "image": _image(trained),
        "mean": data["mean"],
        "scale": data["scale"],
        "weights_sha256": _sha256(trained),
    }
    return Network(module, mask, facts)


def _image(trained: Trained) -> list[int]:
    """Channels, height and width of what enters the network, from the header of the test split."""
    path = trained.root / "results" / trained.experiment / "data/test.safetensors"
    must_exist(path)
    try:
        with safe_open(path, "pt") as file:
            _, channels, height, width = file.get_slice("images").get_shape()
    except (SafetensorError, OSError, ValueError) as error:
        raise ArtifactError(f"{path}: unreadable tensors: {first_line(error)}") from None
    crop = trained.record["data"].get("crop")
    return [channels, crop or height, crop or width]


def _sha256(trained: Trained) -> str:
    path = trained.folder / WEIGHTS
    must_exist(path)  # a relative root may mean another folder by now
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
