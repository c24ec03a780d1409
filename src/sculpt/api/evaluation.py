"""Accuracy and loss of a plain module on a split, batch by batch."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, prod
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from sculpt.api.places import NotThereError
from sculpt.data.augmentation import Images
from sculpt.params.complaints import nearest
from sculpt.stages.artifacts.inputs import read_images
from sculpt.training.evaluation import BATCH

SPLITS = ("train", "validation", "test")
MOST_VALUES = 2**24
"""Of one batch of images: 64 MiB of float32. Activations take some tens of times as much."""


@dataclass(frozen=True)
class Split:
    """Images as evaluation reads them, on the CPU. labels: int64 (N,), without label noise."""

    read: Images

    def __len__(self) -> int:
        return len(self.read)

    @property
    def labels(self) -> Tensor:
        return self.read.labels[:, 0]

    @property
    def batch_size(self) -> int:
        return max(1, min(BATCH, MOST_VALUES // prod(self.read.shape)))

    def batch(self, start: int, stop: int) -> Tensor:
        """Normalised images, float32 (stop - start, channels, H, W)."""
        return self.read.plain(torch.arange(start, stop), 1)[0].contiguous()


def split_of(folder: Path, split: str) -> Split:
    """A split from the data folder of an experiment's results. Raises NotThereError and ArtifactError."""
    if split not in SPLITS:
        raise NotThereError(f"split: {split!r}; allowed: {', '.join(SPLITS)}{nearest(str(split), SPLITS)}")
    return Split(read_images(folder, split, [0], torch.device("cpu")))


def evaluated(module: nn.Module, split: Split, classes: int) -> dict[str, Any]:
    """What `Trained.evaluate` returns. The module's mode is put back, also of parts that had another."""
    labels, size = split.labels, split.batch_size
    place = next(module.parameters())
    modes = {part: part.training for part in module.modules()}
    losses, hits = [], []
    module.eval()
    try:
        for start in range(0, len(split), size):
            stop = min(start + size, len(split))
            images = split.batch(start, stop).to(place.device, place.dtype)
            with torch.inference_mode():
                logits = module(images).float().cpu()
            losses.append(cross_entropy(logits, labels[start:stop], reduction="none"))
            hits.append(logits.argmax(1) == labels[start:stop])
    finally:
        for part, training in modes.items():
            part.training = training
    loss, hit = torch.cat(losses), torch.cat(hits)
    per_class = [hit[labels == label] for label in range(classes)]
    return {
        "accuracy": 100 * int(hit.sum()) / len(hit),
        "loss": fsum(loss.tolist()) / len(loss),
        "images": len(hit),
        "per_class": [100 * int(part.sum()) / len(part) if len(part) else None for part in per_class],
    }
