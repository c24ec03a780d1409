"""The handwritten digits that scikit-learn ships: 1,797 images of 8x8 with values 0 to 16. No download."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sculpt.data import settings as data

if TYPE_CHECKING:
    from sculpt.data.split import Splits

TRAIN = 1297
TEST = 500
SIZE = 8
CLASSES = 10


class Settings(data.Settings):
    pass


def read(root: Path, settings: dict[str, Any]) -> Splits:
    """1,297 training and 500 test images, a fixed stratified split (the package has none); `root` is unused."""
    import numpy as np
    from sklearn.datasets import load_digits

    from sculpt.data.split import Splits, cut, in_memory

    digits = load_digits()
    whole = in_memory(digits.images.astype(np.uint8)[:, None], digits.target.astype(np.int64), settings["size"])
    train, test = cut(whole, TEST)
    return Splits({"train": train, "test": test}, classes=CLASSES, mean=(0.0,), scale=(16.0,))
