"""ImageNet (ILSVRC 2012), from the folders that torchvision.datasets.ImageNet unpacks the archives into."""

from pathlib import Path

from sculpt.data.folders import class_folders, image_files, same_classes
from sculpt.data.split import DataError, Splits

CLASSES, TRAIN_OF_EACH, TEST_OF_EACH = 1000, range(732, 1301), range(50, 51)
TRAIN_IMAGES = 1_281_167

# Channel means and standard deviations of torchvision's and the authors' loaders, on pixels scaled to [0, 1].
MEAN = (0.485, 0.456, 0.406)
DEVIATION = (0.229, 0.224, 0.225)


def read(root: Path, size: int) -> Splits:
    """1,281,167 training and 50,000 test images, 3x`size`x`size`, from `root`/imagenet/{train,val}/<class>.

    The test images are those of the validation split, as in the field: the labels of the test split are not public.
    """
    folder = root / "imagenet"
    hint = (
        f"put the images into {folder}/train/<class> and {folder}/val/<class>, as torchvision.datasets.ImageNet "
        f"unpacks the archives of image-net.org, or set SCULPT_DATA to the folder above imagenet"
    )
    train = class_folders(folder / "train", CLASSES, TRAIN_OF_EACH, hint)
    test = class_folders(folder / "val", CLASSES, TEST_OF_EACH, hint)
    same_classes((folder / "train", train.classes), (folder / "val", test.classes), hint)
    if len(train) != TRAIN_IMAGES:
        raise DataError(f"{folder}/train: {len(train):,} images, there should be {TRAIN_IMAGES:,}; {hint}")
    return Splits(
        {
            name: image_files([path for path, _ in found.samples], found.targets, size)
            for name, found in (("train", train), ("test", test))
        },
        classes=CLASSES,
        mean=tuple(255 * m for m in MEAN),
        scale=tuple(255 * d for d in DEVIATION),
    )
