"""Tiny-ImageNet (Stanford CS231n): 200 classes of ImageNet at 64x64 pixels, from the layout of its archive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sculpt.data import settings as data

if TYPE_CHECKING:
    from sculpt.data.split import Split, Splits

FOLDER = "tiny-imagenet-200"
TRAIN = 100000
TEST = 10000
SIZE = 64
CLASSES = 200
THREADS = 16  # that decode the image files
TRAIN_OF_EACH, TEST_OF_EACH = 500, 50

# Channel means and standard deviations of the training pixels, as the field uses them, on pixels scaled to [0, 1].
MEAN = (0.4802, 0.4481, 0.3975)
DEVIATION = (0.2770, 0.2691, 0.2821)


class Settings(data.Settings):
    pass


def read(root: Path, settings: dict[str, Any]) -> Splits:
    """100,000 training and 10,000 test images, 3x`size`x`size`, from `root`/tiny-imagenet-200.

    The test images are those of the archive's `val`: the labels of its own test images were never published.
    """
    from sculpt.data.folders import class_folders, image_files, lines_of, same_classes
    from sculpt.data.split import Splits

    folder, size = root / FOLDER, settings["size"]
    hint = (
        f"unpack tiny-imagenet-200.zip (cs231n.stanford.edu) so that it becomes {folder}, "
        f"or set SCULPT_DATA to the folder above {FOLDER}"
    )
    train = class_folders(folder / "train", CLASSES, range(TRAIN_OF_EACH, TRAIN_OF_EACH + 1), hint)
    listed = lines_of(folder / "wnids.txt", hint)
    same_classes((folder / "train", train.classes), (folder / "wnids.txt", listed), hint)
    return Splits(
        {
            "train": image_files([path for path, _ in train.samples], train.targets, size),
            "test": _validation(folder / "val", train.class_to_idx, size, hint),
        },
        classes=CLASSES,
        mean=tuple(255 * m for m in MEAN),
        scale=tuple(255 * d for d in DEVIATION),
    )


def _validation(folder: Path, classes: dict[str, int], size: int, hint: str) -> Split:
    """The images that val_annotations.txt lists: a line has the file's name, a tab, the class, a tab, a box."""
    from sculpt.data.folders import image_files, lines_of, must_hold
    from sculpt.data.split import DataError

    table = folder / "val_annotations.txt"
    rows = [line.split("\t") for line in lines_of(table, hint)]
    there = {path.name for path in (folder / "images").glob("*")}
    for number, row in enumerate(rows, start=1):
        if len(row) < 2 or row[1] not in classes:
            raise DataError(f"{table}: line {number} names no class of the training images; {hint}")
        if row[0] not in there:
            raise DataError(f"{folder}/images/{row[0]}: no such file; {hint}")
    labels = [classes[row[1]] for row in rows]
    must_hold(table, list(classes), labels, range(TEST_OF_EACH, TEST_OF_EACH + 1), hint)
    return image_files([f"{folder}/images/{row[0]}" for row in rows], labels, size)
