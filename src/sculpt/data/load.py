"""Reading the data set that settings name."""

from pathlib import Path
from typing import Any

from sculpt.core.kinds import DATASETS
from sculpt.data.groups import with_groups
from sculpt.data.long_tail import with_long_tail
from sculpt.data.split import Splits, take


def read(root: Path, settings: dict[str, Any]) -> Splits:
    """Stratified splits of the given sizes, at `size` x `size` pixels, not yet decoded.

    `root` is where files in torchvision's layout lie, and a table of groups whose path is relative. The training images
    lose those that a long tail leaves out. Raises DataError, which says what is missing and where to put it.
    """
    splits = DATASETS.load(settings["name"])(root, settings)
    if "groups" in settings:
        splits = with_groups(splits, root / settings["groups"])
    splits = take(splits, settings["train"], settings["validation"], settings["test"])
    return with_long_tail(splits, settings["long_tail"]) if "long_tail" in settings else splits
