"""Reading a data set, chosen by its name."""

import importlib
from pathlib import Path

from sculpt.data import module_of
from sculpt.data.split import Splits, take

DEFAULT_ROOT = Path("data/raw")


def read(name: str, root: Path, train: int, validation: int, test: int, size: int) -> Splits:
    """The data set called `name`: stratified splits of the given sizes, at `size` x `size` pixels, not yet decoded.

    `root` is where files in torchvision's layout lie. Raises DataError, which says what is missing and where to put it.
    """
    splits = importlib.import_module(module_of(name)).read(root, size)
    return take(splits, train=train, validation=validation, test=test)
