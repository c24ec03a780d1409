"""UTKFace (Zhang et al. 2017, arXiv 1702.08423), aligned and cropped: age, gender and race of a face, from file names.

Which label and which groups arXiv 2312.03886 chose was not found in what could be read of it, so both are settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from sculpt.data import people

if TYPE_CHECKING:
    import numpy as np

    from sculpt.data.split import Splits

FOLDER = "UTKFace"
# Releases hold slightly different numbers of images (about 23,700), so these are what each has at least.
TRAIN = 18900
TEST = 4700
SIZE = None
CLASSES = 5  # of race; gender has two, and the settings say how many ages have
THREADS = 16  # that decode the image files
GENDERS = ("male", "female")
RACES = ("White", "Black", "Asian", "Indian", "Others")
WANTED = r"(?P<age>\d{1,3})_(?P<gender>[01])_(?P<race>[0-4])_.*\.?jpg"
"""A file's name: age_gender_race_date.jpg.chip.jpg; no more of the rest is read."""

# A choice of this project: pixels from -1 to 1.
MEAN = (0.5, 0.5, 0.5)
DEVIATION = (0.5, 0.5, 0.5)


class Settings(people.Settings):
    label: Annotated[Literal["age", "gender", "race"], Field(description="attribute that is learned")]
    group: Annotated[
        Literal["age", "gender", "race"] | None,
        Field(description="attribute that makes the groups; absent: the classes are"),
    ] = None
    ages: Annotated[
        tuple[Annotated[int, Field(ge=1, le=116)], ...] | None,
        Field(min_length=1, description="where ages are parted: [20, 40] makes 0-19, 20-39 and 40+"),
    ] = None

    def class_count(self) -> int:
        if self.label == "age" and self.ages is not None:
            return len(self.ages) + 1
        return {"gender": 2}.get(self.label, 5)

    def faults(self, around: Any) -> Iterator[str]:
        yield from super().faults(around)
        needed = "age" in (self.label, self.group)
        if needed and self.ages is None:
            yield "ages: missing; allowed: rising years such as [20, 40], where label or group is age"
        if self.ages is not None and not needed:
            yield f"ages: {[*self.ages]}; allowed: only where label or group is age"
        if self.ages is not None and list(self.ages) != sorted({*self.ages}):
            yield f"ages: {[*self.ages]}; allowed: rising years"


def read(root: Path, settings: dict[str, Any]) -> Splits:
    """The images of `root`/UTKFace, 3x`size`x`size`: TEST of them for test, the others for training.

    The data set has no split of its own. This one is fixed, and stratified by the label, so that another label has
    other test images. Groups are those of the setting `group`. Raises DataError where a file's name says no age,
    gender and race, or images are missing.
    """
    import re
    from dataclasses import replace

    from sculpt.data.folders import image_files
    from sculpt.data.split import DataError, Splits, cut

    folder = root / FOLDER
    hint = (
        f"unpack the aligned and cropped images (UTKFace.tar.gz of susanqq.github.io/UTKFace) so that they lie in "
        f"{folder}, or set SCULPT_DATA to the folder above {FOLDER}"
    )
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder; {hint}")
    names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    said = [re.fullmatch(WANTED, name) for name in names]
    if strange := [name for name, found in zip(names, said, strict=True) if not found]:
        raise DataError(
            f"{folder}: {len(strange):,} of {len(names):,} names say no age, gender and race, the first {strange[0]}; "
            "allowed: age_gender_race_date.jpg.chip.jpg; move the others elsewhere, or name them so"
        )
    if len(names) < TRAIN + TEST:
        raise DataError(f"{folder}: {len(names):,} images, there should be at least {TRAIN + TEST:,}; {hint}")
    values = {key: [int(found[key]) for found in said] for key in ("age", "gender", "race")}
    labels, classes = _numbered(values, settings["label"], settings)
    whole, group_names = image_files([str(folder / name) for name in names], labels, settings["size"]), None
    if "group" in settings:
        groups, group_names = _numbered(values, settings["group"], settings)
        whole = replace(whole, groups=groups)
    train, test = cut(whole, TEST)
    return Splits(
        {"train": train, "test": test},
        classes=len(classes),
        mean=tuple(255 * m for m in MEAN),
        scale=tuple(255 * d for d in DEVIATION),
        group_names=group_names,
    )


def _numbered(
    values: dict[str, list[int]], attribute: str, settings: dict[str, Any]
) -> tuple[np.ndarray, tuple[str, ...]]:
    """An attribute as places in a list of names, int64 (N,), and the names."""
    from itertools import pairwise

    import numpy as np

    found = np.array(values[attribute], dtype=np.int64)
    if attribute != "age":
        return found, {"gender": GENDERS, "race": RACES}[attribute]
    starts = [0, *settings["ages"]]
    names = [f"{first}-{after - 1}" for first, after in pairwise(starts)]
    return np.searchsorted(settings["ages"], found, side="right").astype(np.int64), (*names, f"{starts[-1]}+")
