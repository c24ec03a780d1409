"""The handwritten digits that scikit-learn ships: 1,797 images of 8x8 with values 0 to 16. No download."""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

from sculpt.data.split import Splits, cut, in_memory

TEST_IMAGES = 500


def read(root: Path, size: int) -> Splits:
    """1,297 training and 500 test images, a fixed stratified split (the package has none); `root` is unused."""
    digits = load_digits()
    whole = in_memory(digits.images.astype(np.uint8)[:, None], digits.target.astype(np.int64), size)
    train, test = cut(whole, TEST_IMAGES)
    return Splits({"train": train, "test": test}, classes=10, mean=(0.0,), scale=(16.0,))
