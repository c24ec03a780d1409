"""One's own images: a folder with a folder per class, as torchvision's ImageFolder takes it (docs/own-images.md)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, PrivateAttr, model_validator

from sculpt.core.image_folder import FolderError, seen
from sculpt.core.settings import MOST, Count
from sculpt.data import settings as data
from sculpt.data.long_tail import tail_sizes
from sculpt.data.own_images import counts
from sculpt.params.complaints import nearest, show

if TYPE_CHECKING:
    from sculpt.core.image_folder import Files
    from sculpt.data.split import Splits

# As many as a setting can say; what a folder holds is found when it is looked at.
TRAIN = 100_000_000
TEST = 100_000_000
SIZE = None
CLASSES = 100_000_000
THREADS = 16  # that decode the image files


class Settings(data.Settings):
    path: Annotated[
        str,
        Field(
            pattern=r"^[^\x00-\x1f]+$",
            description="folder of one's images, absolute or relative to the data folder",
        ),
    ]
    train: Annotated[Count | None, Field(description="training images; absent: all that are left")] = None
    validation: Annotated[Count | None, Field(description="absent: a tenth of those that are not tested on")] = None
    test: Annotated[Count | None, Field(description="absent: all that are held out, of one pool a fifth")] = None
    classes: Annotated[Count | None, Field(ge=2, description="how many there have to be; absent: any number")] = None
    listing: Annotated[
        str | None,
        Field(
            pattern=r"^[0-9a-f]{64}$",
            description="SHA-256 of the images' names and sizes that there has to be; absent: any",
        ),
    ] = None
    _least: tuple[int, ...] = PrivateAttr(())

    def found(self, root: Path) -> Settings:
        """With the numbers and the listing that the folder has. One that is not here may be told in full instead."""
        place = root / self.path
        told = (self.train, self.validation, self.test, self.classes, self.listing)
        if not place.exists():
            if None not in told:
                return self
            there = [beside.name for beside in place.parent.glob("*") if beside.is_dir()]
            near = nearest(place.name, there)
            raise ValueError(f"path: {show(self.path)}; allowed: a folder of images; {place}: no such folder{near}")
        try:
            folder = seen(place)
        except FolderError as error:
            raise ValueError(f"path: {show(self.path)}; {error}") from None
        for key, there in (("classes", len(folder.classes)), ("listing", folder.listing)):
            if getattr(self, key) not in (None, there):
                raise ValueError(f"{key}: {getattr(self, key)}; allowed: {there}, which {place} has")
        if self.groups is not None and folder.test is None:
            raise ValueError(f"groups: {show(self.groups)}; allowed: with {place}/train and {place}/test")
        of = counts(folder, self.train, self.validation, self.test)
        update = {"train": of.train, "validation": of.validation, "test": of.test}
        found = self.model_copy(update={**update, "classes": len(folder.classes), "listing": folder.listing})
        found._least = of.least
        return found._fits()

    def class_count(self) -> int:
        return self.classes or MOST

    def class_sizes(self) -> list[int]:
        """Training images of each class, at least; of a folder that was not looked at, as many as a setting can say."""
        least = self._least or (MOST,) * (self.classes or 2)
        return [*least] if self.long_tail is None else tail_sizes(min(least), len(least), self.long_tail)

    def training_images(self) -> int:
        return (self.train or MOST) if self.long_tail is None else sum(self.class_sizes())

    @model_validator(mode="after")
    def _is_there(self) -> Settings:
        """Nothing to hold the numbers to, before the folder was looked at."""
        return self


def read(root: Path, settings: dict[str, Any]) -> Splits:
    """The images of `root`/`path`, 3x`size`x`size`; of one pool, `test` of them for test, stratified.

    Classes are also the groups, so that tables have their names. Mean and scale are those of the training images.
    Raises DataError where the folder is not what it was when the run was started, or an image cannot be used.
    """
    import logging

    import numpy as np

    from sculpt.core.image_folder import look_into
    from sculpt.data.examined import decode_own, examined
    from sculpt.data.held_out import cut_off
    from sculpt.data.long_tail import with_long_tail
    from sculpt.data.split import DataError, Split, Splits, take

    place, size = root / settings["path"], settings["size"]
    folder = look_into(place)
    if folder.listing != settings["listing"]:
        raise DataError(f"{place}: images came, went or changed size since the run was started; start it again")
    if folder.others or folder.hidden:
        log = logging.getLogger(__name__)
        log.info("%s: %d other files and %d hidden ones not read", place, folder.others, folder.hidden)

    def part(files: tuple[Files, ...], below: str) -> Split:
        names = [name.removeprefix(below) for of_class in files for name, _ in of_class]
        labels = np.repeat(np.arange(len(files), dtype=np.int64), [len(of_class) for of_class in files])
        return Split(labels, lambda row: decode_own(f"{place}/{below}{names[row]}", size), labels, names.__getitem__)

    if folder.test is None:
        train, test = cut_off(part(folder.train, ""), settings["test"])
    else:
        train, test = part(folder.train, "train/"), part(folder.test, f"{folder.held_out}/")
    names = tuple("all (class)" if name == "all" else name for name in folder.classes)  # tables call all images so
    whole = Splits({"train": train, "test": test}, len(names), (0.0,) * 3, (1.0,) * 3, names)
    used = take(whole, settings["train"], settings["validation"], settings["test"])
    used = with_long_tail(used, settings["long_tail"]) if "long_tail" in settings else used
    mean, scale = examined(used, str(place))
    return replace(whole, mean=mean, scale=scale)
