"""What CIFAR-10 and CIFAR-100 (Krizhevsky 2009) share: torchvision's readers, and which file is at fault."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from torchvision.datasets import CIFAR10
from torchvision.datasets.utils import check_integrity

from sculpt.core.files import first_line
from sculpt.core.raw import DEFAULT_ROOT
from sculpt.data.split import DataError, Split, in_memory


def read_parts(dataset: type[CIFAR10], root: Path, size: int) -> dict[str, Split]:
    """The training and the test images of torchvision's reader, which checks each file's md5, fetched if missing.

    Only the default root is made where it is not there.
    """
    if root != DEFAULT_ROOT and not root.is_dir():
        raise DataError(f"{root}: no such folder; set SCULPT_DATA to the one that holds {dataset.base_folder}")
    try:
        found = {name: dataset(root, train=name == "train", download=True) for name in ("train", "test")}
    except (OSError, RuntimeError) as error:
        folder = root / dataset.base_folder
        raise DataError(
            f"{folder}: {'; '.join(_faults(dataset, folder))}; they could not be fetched ({first_line(error)}): "
            f"put what {dataset.url} holds there, or set SCULPT_DATA to the folder above {dataset.base_folder}"
        ) from None
    return {
        name: in_memory(part.data.transpose(0, 3, 1, 2).copy(), np.asarray(part.targets, dtype=np.int64), size)
        for name, part in found.items()
    }


def _faults(dataset: type[CIFAR10], folder: Path) -> Iterator[str]:
    files = [*dataset.train_list, *dataset.test_list, (dataset.meta["filename"], dataset.meta["md5"])]
    if missing := [name for name, _ in files if not (folder / name).is_file()]:
        yield f"missing {', '.join(missing)}"
    if wrong := [name for name, md5 in files if name not in missing and not check_integrity(folder / name, md5)]:
        yield f"damaged or cut short (md5) {', '.join(wrong)}"
