"""CIFAR-100, by its 100 fine labels."""

from pathlib import Path

from torchvision.datasets import CIFAR100

from sculpt.data.cifar import read_parts
from sculpt.data.split import Splits

# Channel means and standard deviations of the authors' loaders (TurboPrune), on pixels scaled to [0, 1].
MEAN = (0.507, 0.487, 0.441)
DEVIATION = (0.267, 0.256, 0.276)


def read(root: Path, size: int) -> Splits:
    """50,000 training and 10,000 test images, 3x32x32, from `root`/cifar-100-python."""
    return Splits(
        read_parts(CIFAR100, root, size),
        classes=100,
        mean=tuple(255 * m for m in MEAN),
        scale=tuple(255 * d for d in DEVIATION),
    )
