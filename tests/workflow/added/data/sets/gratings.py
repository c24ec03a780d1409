"""Sine gratings in noise, at random phases: which of eight orientations is it? Made, not downloaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sculpt.data import settings as data

if TYPE_CHECKING:
    from sculpt.data.split import Splits

TRAIN = 1600
TEST = 400
SIZE = 8
CLASSES = 8
PERIOD = 4.0
"""Pixels of one wave."""


class Settings(data.Settings):
    pass


def read(root: Path, settings: dict[str, Any]) -> Splits:
    """1,600 training and 400 test images, 1x8x8, the same ones every time; `root` is unused."""
    import numpy as np

    from sculpt.data.split import Split, Splits, in_memory

    def part(seed: int, count: int) -> Split:
        random = np.random.Generator(np.random.PCG64(seed))
        labels = np.arange(count, dtype=np.int64) % CLASSES
        angle, phase = np.pi * labels / CLASSES, random.uniform(0, 2 * np.pi, count)
        down, right = np.mgrid[:SIZE, :SIZE]
        along = np.cos(angle)[:, None, None] * right + np.sin(angle)[:, None, None] * down
        waves = np.sin(2 * np.pi * along / PERIOD + phase[:, None, None])
        images = np.clip(128 + 60 * waves + 20 * random.standard_normal(waves.shape), 0, 255)
        return in_memory(np.rint(images).astype(np.uint8)[:, None], labels, settings["size"])

    return Splits({"train": part(0, TRAIN), "test": part(1, TEST)}, classes=CLASSES, mean=(128.0,), scale=(64.0,))
