"""CIFAR-10 (Krizhevsky 2009) through torchvision's reader, which checks each file's md5."""

from pathlib import Path

import numpy as np
from torchvision.datasets import CIFAR10

from sculpt.artifacts import first_line
from sculpt.data.split import DataError, Split, Splits

# Channel means and standard deviations of the authors' loaders (TurboPrune), on pixels scaled to [0, 1].
MEAN = (0.4914, 0.4822, 0.4465)
DEVIATION = (0.2023, 0.1994, 0.2010)


def read(root: Path) -> Splits:
    """50,000 training and 10,000 test images, 3x32x32, from `root`/cifar-10-batches-py, fetched if missing."""
    parts = {"train": _part(root, train=True), "test": _part(root, train=False)}
    return Splits(
        parts,
        classes=10,
        mean=tuple(255 * m for m in MEAN),
        scale=tuple(255 * d for d in DEVIATION),
    )


def _part(root: Path, train: bool) -> Split:
    try:
        dataset = CIFAR10(root, train=train, download=True)
    except (OSError, RuntimeError) as error:
        raise DataError(
            f"{root}/{CIFAR10.base_folder}: files missing or damaged, and they cannot be fetched "
            f"({first_line(error)}); put the CIFAR-10 python batches "
            f"(data_batch_1 to data_batch_5, test_batch, batches.meta) there, or set SCULPT_DATA to the folder above"
        ) from None
    return Split(dataset.data.transpose(0, 3, 1, 2).copy(), np.asarray(dataset.targets, dtype=np.int64))
