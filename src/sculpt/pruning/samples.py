"""How many training images a criterion scores on."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from sculpt.core.settings import Count, Section


class Settings(Section):
    samples_per_class: Annotated[Count, Field(description="training images per class that weights are scored on")]

    def faults(self, around: Any) -> Iterator[str]:
        classes, least = around.data.class_count(), min(around.data.class_sizes())
        if self.samples_per_class > least:
            tail = "" if around.data.long_tail is None else f" with a long tail of {around.data.long_tail}"
            yield (
                f"samples_per_class: {self.samples_per_class}; allowed: at most {least}, since "
                f"data.train is {around.data.train} images of {classes} classes{tail}"
            )
