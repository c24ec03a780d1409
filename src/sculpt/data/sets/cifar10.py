"""CIFAR-10."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sculpt.data import settings as data

if TYPE_CHECKING:
    from sculpt.data.split import Splits

TRAIN = 50000
TEST = 10000
SIZE = 32
CLASSES = 10

# Channel means and standard deviations of the authors' loaders (TurboPrune), on pixels scaled to [0, 1].
MEAN = (0.4914, 0.4822, 0.4465)
DEVIATION = (0.2023, 0.1994, 0.2010)


class Settings(data.Settings):
    pass


def read(root: Path, settings: dict[str, Any]) -> Splits:
    """50,000 training and 10,000 test images, 3x32x32, from `root`/cifar-10-batches-py."""
    from torchvision.datasets import CIFAR10

    from sculpt.data.cifar import read_parts
    from sculpt.data.split import Splits

    return Splits(
        read_parts(CIFAR10, root, settings["size"]),
        classes=CLASSES,
        mean=tuple(255 * m for m in MEAN),
        scale=tuple(255 * d for d in DEVIATION),
    )
