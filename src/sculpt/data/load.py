"""Reading the data set that settings name."""

from pathlib import Path
from typing import Any

from sculpt.core.kinds import DATASETS
from sculpt.data.split import Splits, take

DEFAULT_ROOT = Path("data/raw")


def read(root: Path, settings: dict[str, Any]) -> Splits:
    """Stratified splits of the given sizes, at `size` x `size` pixels, not yet decoded.

    `root` is where files in torchvision's layout lie. Raises DataError, which says what is missing and where to put it.
    """
    splits = DATASETS.load(settings["name"])(root, settings)
    return take(splits, settings["train"], settings["validation"], settings["test"])
