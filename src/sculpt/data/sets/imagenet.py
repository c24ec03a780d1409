"""ImageNet (ILSVRC 2012), from the folders that torchvision.datasets.ImageNet unpacks the archives into."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sculpt.data import settings as data

if TYPE_CHECKING:
    from sculpt.data.split import Splits

TRAIN = 1281167
TEST = 50000
SIZE = None
CLASSES = 1000
THREADS = 16  # that decode the image files
TRAIN_OF_EACH, TEST_OF_EACH = range(732, 1301), range(50, 51)

# Channel means and standard deviations of torchvision's and the authors' loaders, on pixels scaled to [0, 1].
MEAN = (0.485, 0.456, 0.406)
DEVIATION = (0.229, 0.224, 0.225)


class Settings(data.Settings):
    pass


def read(root: Path, settings: dict[str, Any]) -> Splits:
    """1,281,167 training and 50,000 test images, 3x`size`x`size`, from `root`/imagenet/{train,val}/<class>.

    The test images are those of the validation split, as in the field: the labels of the test split are not public.
    """
    from sculpt.data.folders import class_folders, image_files, same_classes
    from sculpt.data.split import DataError, Splits

    folder = root / "imagenet"
    hint = (
        f"put the images into {folder}/train/<class> and {folder}/val/<class>, as torchvision.datasets.ImageNet "
        f"unpacks the archives of image-net.org, or set SCULPT_DATA to the folder above imagenet"
    )
    train = class_folders(folder / "train", CLASSES, TRAIN_OF_EACH, hint)
    test = class_folders(folder / "val", CLASSES, TEST_OF_EACH, hint)
    same_classes((folder / "train", train.classes), (folder / "val", test.classes), hint)
    if len(train) != TRAIN:
        raise DataError(f"{folder}/train: {len(train):,} images, there should be {TRAIN:,}; {hint}")
    return Splits(
        {
            name: image_files([path for path, _ in found.samples], found.targets, settings["size"])
            for name, found in (("train", train), ("test", test))
        },
        classes=CLASSES,
        mean=tuple(255 * m for m in MEAN),
        scale=tuple(255 * d for d in DEVIATION),
    )
