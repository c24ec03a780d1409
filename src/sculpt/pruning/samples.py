"""How many training images a criterion scores on."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from sculpt.core.kinds import DATASETS
from sculpt.core.settings import Count, Section


class Settings(Section):
    samples_per_class: Annotated[Count, Field(description="training images per class that weights are scored on")]

    def faults(self, around: Any) -> Iterator[str]:
        classes = DATASETS.constant(around.data.name, "CLASSES")
        if self.samples_per_class * classes > around.data.train:
            yield (
                f"samples_per_class: {self.samples_per_class}; allowed: at most {around.data.train // classes}, since "
                f"data.train is {around.data.train} images of {classes} classes"
            )
