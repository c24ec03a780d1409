"""Reading a data set, chosen by its module's name."""

import importlib
from pathlib import Path

from sculpt.data.split import Splits, take


def read(name: str, root: Path, train: int, validation: int, test: int, size: int) -> Splits:
    """The data set in the module `sculpt.data.<name>`: stratified splits of the given sizes, at `size` x `size` pixels.

    `root` is where files in torchvision's layout lie. Raises DataError, which says what is missing and where to put it.
    """
    splits = importlib.import_module(f"sculpt.data.{name}").read(root)
    return take(splits, train=train, validation=validation, test=test, size=size)
