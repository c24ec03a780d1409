"""From artifacts to what the libraries take: images on a device, a model with its weights."""

from pathlib import Path
from typing import Any

import torch

from sculpt.core.files import ArtifactError, read_json
from sculpt.core.tensors import Tensors, read_tensors, read_weights
from sculpt.data.augmentation import Images, noisy_labels
from sculpt.models.stacked import Stack


def read_images(
    folder: Path,
    split: str,
    seeds: list[int],
    device: torch.device,
    shift: int = 0,
    label_noise: float = 0.0,
    resized_crop: float | None = None,
) -> Images:
    """A split from the data stage's folder, with labels for each seed, and with groups where the data set has them."""
    facts, tensors = read_json(folder / "data.json"), read_tensors(folder / f"{split}.safetensors")
    labels = noisy_labels(tensors["labels"], facts["classes"], label_noise, seeds)
    return Images.place(
        tensors["images"],
        labels,
        facts["mean"],
        facts["scale"],
        shift,
        device,
        facts.get("crop"),
        resized_crop,
        tensors.get("groups"),
    )


def model_settings(folder: Path, model: dict[str, Any]) -> dict[str, Any]:
    """The model's settings with what the data set decides."""
    return {**model, "classes": read_json(folder / "data.json")["classes"]}


def read_fitting_weights(path: Path, network: Stack) -> Tensors:
    """A node's weights, checked against the model; ArtifactError names the file."""
    weights = read_weights(path)
    try:
        network.load(weights)
    except ValueError as error:
        raise ArtifactError(f"{path}: {error}") from None
    return weights
