"""The settings of every data set, checked against what its module says is there."""

from typing import Annotated

from pydantic import Field, model_validator

from sculpt.core.kinds import DATASETS
from sculpt.core.settings import Count, Section


class Settings(Section):
    """How many images there are, and their size. The test split is the data set's own.

    The constants of a data set's module: TRAIN and TEST, its numbers of images; SIZE, their height and width in pixels
    (None: they differ, and are scaled to any size); CLASSES; THREADS, with which a job reads it (absent: 1).
    """

    train: Annotated[Count, Field(description="training images")]
    validation: Annotated[Count, Field(description="images that decide everything that is chosen")]
    test: Annotated[Count, Field(description="images that are only reported")]
    size: Annotated[Count, Field(description="height and width in pixels; larger images are scaled down")]
    crop: Annotated[Count | None, Field(description="height and width of what enters the network; absent: size")] = None

    @model_validator(mode="after")
    def _is_there(self) -> "Settings":
        train, test, size = (DATASETS.constant(self.name, constant) for constant in ("TRAIN", "TEST", "SIZE"))
        if self.train + self.validation > train:
            raise ValueError(f"train: {self.train} and validation {self.validation}; allowed: together at most {train}")
        if self.test > test:
            raise ValueError(f"test: {self.test}; allowed: at most {test}")
        if size is not None and size % self.size:
            raise ValueError(f"size: {self.size}; allowed: {size} or a number that divides it")
        if self.crop is not None and self.crop > self.size:
            raise ValueError(f"crop: {self.crop}; allowed: at most size ({self.size})")
        return self
