"""The settings of every data set, checked against what its module says is there."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from sculpt.core.kinds import DATASETS
from sculpt.core.settings import Count, Section
from sculpt.data.long_tail import tail_sizes


class Settings(Section):
    """How many images there are, and their size. The test split is the data set's own.

    The constants of a data set's module: TRAIN and TEST, its numbers of images; SIZE, their height and width in pixels
    (None: they differ, and are scaled to any size); CLASSES; THREADS, with which a job reads it (absent: 1).
    """

    train: Annotated[Count, Field(description="training images, before a long tail is cut")]
    validation: Annotated[Count, Field(description="images that decide everything that is chosen")]
    test: Annotated[Count, Field(description="images that are only reported")]
    size: Annotated[Count, Field(description="height and width in pixels; larger images are scaled down")]
    crop: Annotated[Count | None, Field(description="height and width of what enters the network; absent: size")] = None
    long_tail: Annotated[
        float | None,
        Field(gt=0, lt=1, description="training images of the last class per image of the first; absent: no tail"),
    ] = None
    groups: Annotated[
        str | None,
        Field(
            pattern=r"^[^\x00-\x1f]+$",
            description="CSV table with split, image and group; its path is absolute, or relative to the data folder",
        ),
    ] = None

    def found(self, root: Path) -> "Settings":
        """These settings with what the data set's own files decide; without such files the same.

        root: the folder of downloads. Asked once of the experiment that is run, planned or checked, never of others.
        Raises SculptError or ValueError, a line `key: value; allowed: ...`, where the files do not fit.
        """
        return self

    def class_count(self) -> int:
        """The number of classes; a subclass whose settings decide it says so."""
        return DATASETS.constant(self.name, "CLASSES")

    def class_sizes(self) -> list[int]:
        """Training images of each class, long tail included, where the classes have equally many.

        Where they do not, a class with a long tail has at most as many: `data.json` has the sum of what there is.
        """
        largest, classes = self.train // self.class_count(), self.class_count()
        return [largest] * classes if self.long_tail is None else tail_sizes(largest, classes, self.long_tail)

    def training_images(self) -> int:
        """Training images once a long tail is cut: exact without one, else the sum of `class_sizes`."""
        return self.train if self.long_tail is None else sum(self.class_sizes())

    @model_validator(mode="after")
    def _is_there(self) -> "Settings":
        train, test, size = (DATASETS.constant(self.name, constant) for constant in ("TRAIN", "TEST", "SIZE"))
        if self.train + self.validation > train:
            raise ValueError(f"train: {self.train} and validation {self.validation}; allowed: together at most {train}")
        if self.test > test:
            raise ValueError(f"test: {self.test}; allowed: at most {test}")
        if size is not None and size % self.size:
            raise ValueError(f"size: {self.size}; allowed: {size} or a number that divides it")
        return self

    @model_validator(mode="after")
    def _fits(self) -> "Settings":
        if self.crop is not None and self.crop > self.size:
            raise ValueError(f"crop: {self.crop}; allowed: at most size ({self.size})")
        if (sizes := self.class_sizes())[0] >= 1 > sizes[-1]:
            allowed = f"above {0.5 / sizes[0]:.3g}, so that the last class keeps a training image"
            raise ValueError(f"long_tail: {self.long_tail}; allowed: {allowed}")
        return self
