"""Data sets that are folders of image files, one folder per class: what must be there, and decoding."""

import os
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image
from torchvision.datasets import ImageFolder
from torchvision.transforms.functional import center_crop, resize

from sculpt.core.files import first_line
from sculpt.data.split import DataError, Split


def class_folders(folder: Path, classes: int, of_each: range, hint: str) -> ImageFolder:
    """The image files in `folder`/<class>, which has `classes` of them with as many images as `of_each` allows.

    Raises DataError, which names what is missing and ends with `hint`.
    """
    try:
        found = ImageFolder(str(folder), allow_empty=True)
    except OSError as error:
        why = first_line(error) if folder.is_dir() else "no such folder"
        raise DataError(f"{folder}: {why.rstrip('.')}; {hint}") from None
    if len(found.classes) != classes:
        raise DataError(f"{folder}: {len(found.classes):,} class folders, there should be {classes:,}; {hint}")
    must_hold(folder, found.classes, found.targets, of_each, hint)
    return found


def must_hold(folder: Path, classes: list[str], labels: list[int], of_each: range, hint: str) -> None:
    """Raises DataError where a class has not as many images as `of_each` allows."""
    counts = Counter(labels)
    short = [name for label, name in enumerate(classes) if counts[label] not in of_each]
    if short:
        least, most = of_each[0], of_each[-1]
        raise DataError(
            f"{folder}: {len(short):,} of {len(classes):,} classes lack images or have too many, the first {short[0]} "
            f"with {counts[classes.index(short[0])]:,}; there should be {least:,}"
            + (f" to {most:,}" if most > least else "")
            + f"; {hint}"
        )


def same_classes(first: tuple[Path, list[str]], second: tuple[Path, list[str]], hint: str) -> None:
    """Raises DataError where the classes of two folders or lists differ."""
    for (place, names), (other, others) in ((first, second), (second, first)):
        if missing := sorted(set(others) - set(names)):
            raise DataError(
                f"{place}: {len(missing):,} of the classes in {other} are missing, the first {missing[0]}; {hint}"
            )


def lines_of(path: Path, hint: str) -> list[str]:
    """The lines of a list that a data set brings. Raises DataError, which ends with `hint`."""
    if not path.is_file():
        raise DataError(f"{path}: no such file; {hint}")
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def image_files(paths: list[str], labels: list[int], size: int) -> Split:
    """A split from image files, each decoded when it is asked for."""
    return Split(
        np.asarray(labels, dtype=np.int64),
        lambda row: decode(paths[row], size),
        name=lambda row: os.path.basename(paths[row]),
    )


def decode(path: str, size: int) -> np.ndarray:
    """An image file as RGB, the shorter side scaled to `size` and the centre cut out: uint8 (3, size, size).

    These are torchvision's Resize and CenterCrop, with Pillow's bilinear filter. Raises DataError naming the file.
    """
    try:
        with Image.open(path) as file:
            image = file.convert("RGB")
    except (OSError, SyntaxError, ValueError) as error:  # whichever Pillow's decoder of the format raises
        raise DataError(f"{path}: not an image that can be decoded ({first_line(error)})") from None
    return np.asarray(center_crop(resize(image, size), [size, size])).transpose(2, 0, 1)
