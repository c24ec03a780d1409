"""CIFAR-10."""

from pathlib import Path

from torchvision.datasets import CIFAR10

from sculpt.data.cifar import read_parts
from sculpt.data.split import Splits

# Channel means and standard deviations of the authors' loaders (TurboPrune), on pixels scaled to [0, 1].
MEAN = (0.4914, 0.4822, 0.4465)
DEVIATION = (0.2023, 0.1994, 0.2010)


def read(root: Path, size: int) -> Splits:
    """50,000 training and 10,000 test images, 3x32x32, from `root`/cifar-10-batches-py."""
    return Splits(
        read_parts(CIFAR10, root, size),
        classes=10,
        mean=tuple(255 * m for m in MEAN),
        scale=tuple(255 * d for d in DEVIATION),
    )
