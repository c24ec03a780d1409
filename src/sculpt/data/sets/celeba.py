"""CelebA (Liu et al. 2015, arXiv 1411.7766), aligned and cropped: an attribute of a face, and groups by another.

Which label and which groups arXiv 2312.03886 chose was not found in what could be read of it, so both are settings.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from sculpt.data import people

if TYPE_CHECKING:
    from sculpt.data.split import Split, Splits

FOLDER = "celeba"
TRAIN = 182637
TEST = 19962
SIZE = None
CLASSES = 2
THREADS = 16  # that decode the image files
PARTITION = {"0": "train", "1": "train", "2": "test"}
"""What list_eval_partition.txt says (training, validation, test) -> the split here."""

# A choice of this project: pixels from -1 to 1.
MEAN = (0.5, 0.5, 0.5)
DEVIATION = (0.5, 0.5, 0.5)

Attribute = Literal[
    "5_o_Clock_Shadow",
    "Arched_Eyebrows",
    "Attractive",
    "Bags_Under_Eyes",
    "Bald",
    "Bangs",
    "Big_Lips",
    "Big_Nose",
    "Black_Hair",
    "Blond_Hair",
    "Blurry",
    "Brown_Hair",
    "Bushy_Eyebrows",
    "Chubby",
    "Double_Chin",
    "Eyeglasses",
    "Goatee",
    "Gray_Hair",
    "Heavy_Makeup",
    "High_Cheekbones",
    "Male",
    "Mouth_Slightly_Open",
    "Mustache",
    "Narrow_Eyes",
    "No_Beard",
    "Oval_Face",
    "Pale_Skin",
    "Pointy_Nose",
    "Receding_Hairline",
    "Rosy_Cheeks",
    "Sideburns",
    "Smiling",
    "Straight_Hair",
    "Wavy_Hair",
    "Wearing_Earrings",
    "Wearing_Hat",
    "Wearing_Lipstick",
    "Wearing_Necklace",
    "Wearing_Necktie",
    "Young",
]


class Settings(people.Settings):
    label: Annotated[Attribute, Field(description="attribute that is learned: class 1 where an image has it")]
    group: Annotated[
        Attribute | None, Field(description="attribute that makes the two groups; absent: the classes are")
    ] = None


def read(root: Path, settings: dict[str, Any]) -> Splits:
    """182,637 training and 19,962 test images, 3x`size`x`size`, from `root`/celeba in torchvision's layout.

    The training images are those of the data set's training and of its validation partition: this project cuts its own
    validation images. Groups are those of the setting `group`. Raises DataError where a list or an image is missing.
    """
    from sculpt.data.split import DataError, Splits

    folder = root / FOLDER
    hint = (
        f"put img_align_celeba, list_attr_celeba.txt and list_eval_partition.txt into {folder}, as "
        f"torchvision.datasets.CelebA unpacks them, or set SCULPT_DATA to the folder above {FOLDER}"
    )
    group = settings.get("group")
    wanted = [settings["label"], *([group] if group else [])]
    attributes = _attributes(folder / "list_attr_celeba.txt", wanted, hint)
    partition = _partition(folder / "list_eval_partition.txt", hint)
    images = folder / "img_align_celeba"
    there = {path.name for path in images.iterdir() if path.name[0] != "."} if images.is_dir() else set()
    for what, names in (
        (f"{images}: {{}} images of list_eval_partition.txt are missing", [n for n in partition if n not in there]),
        (f"{images}: {{}} images have no row in list_eval_partition.txt", sorted(there - partition.keys())),
        (f"{images}: {{}} images have no row in list_attr_celeba.txt", [n for n in partition if n not in attributes]),
    ):
        if names:
            raise DataError(f"{what.format(f'{len(names):,}')}, the first {names[0]}; {hint}")
    parts = {
        split: _part(images, [name for name, part in partition.items() if part == split], attributes, settings["size"])
        for split in ("train", "test")
    }
    for (split, part), count in zip(parts.items(), (TRAIN, TEST), strict=True):
        if len(part) != count:
            raise DataError(f"{images}: {len(part):,} {split} images, there should be {count:,}; {hint}")
    return Splits(
        parts,
        classes=CLASSES,
        mean=tuple(255 * m for m in MEAN),
        scale=tuple(255 * d for d in DEVIATION),
        group_names=(f"not {group}", group) if group else None,
    )


def _part(images: Path, names: list[str], attributes: dict[str, list[int]], size: int) -> Split:
    from dataclasses import replace

    import numpy as np

    from sculpt.data.folders import image_files

    label, *group = np.array([attributes[name] for name in names], dtype=np.int64).reshape(len(names), -1).T
    part = image_files([f"{images}/{name}" for name in names], label, size)
    return replace(part, groups=np.ascontiguousarray(group[0])) if group else part


def _partition(path: Path, hint: str) -> dict[str, str]:
    """The split of each image, in the order of the list: a line has the file's name and 0, 1 or 2."""
    from sculpt.data.folders import lines_of
    from sculpt.data.split import DataError

    found = {}
    for number, line in enumerate(lines_of(path, hint), start=1):
        match line.split():
            case [name, part] if part in PARTITION and name not in found:
                found[name] = PARTITION[part]
            case _:
                raise DataError(f"{path}: line {number} is not a new file's name and 0, 1 or 2; {hint}")
    return found


def _attributes(path: Path, wanted: list[str], hint: str) -> dict[str, list[int]]:
    """1 or 0 for each wanted attribute of each image: after two lines of heads, its name and -1 or 1 per attribute."""
    from sculpt.data.folders import lines_of
    from sculpt.data.split import DataError

    lines = lines_of(path, hint)
    names = lines[1].split() if len(lines) > 1 else []
    if missing := [name for name in wanted if name not in names]:
        raise DataError(f"{path}: has no attribute {', '.join(missing)}; {hint}")
    places, found = [1 + names.index(name) for name in wanted], {}
    for number, line in enumerate(lines[2:], start=3):
        row = line.split()
        if len(row) != 1 + len(names) or not {row[place] for place in places} <= {"-1", "1"}:
            raise DataError(f"{path}: line {number} has not -1 or 1 for each of {len(names)} attributes; {hint}")
        found[row[0]] = [int(row[place] == "1") for place in places]
    return found
