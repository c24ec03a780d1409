"""The section `training`, and the variants of it."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sculpt.core.kinds import BETWEEN, LOSSES, SCHEDULES, UPDATES
from sculpt.core.settings import Count, Fraction, Name, Section


class Training(Section):
    """One cycle. Changing anything here trains again every node that is trained so."""

    epochs: Annotated[Count, Field(le=100_000, description="epochs a cycle")]
    batch_size: Annotated[int, Field(ge=2, description="batch norm needs two images")]
    schedule: SCHEDULES.union
    learning_rate: Annotated[float, Field(gt=0, description="peak of the schedule")]
    loss: LOSSES.union
    update: UPDATES.union
    between: Annotated[
        BETWEEN.union | None,
        Field(description="what changes weights or mask between epochs; absent: nothing"),
    ] = None
    label_noise: Annotated[Fraction, Field(description="share of the training labels replaced by another class")]
    shift: Annotated[int, Field(ge=0, le=1_000, description="random crop: pixels of zero padding on each side")]
    flip: Annotated[bool, Field(description="random horizontal flip")]
    resized_crop: Annotated[
        float | None,
        Field(gt=0, le=1, description="random crop of at least this share of the area, scaled to the input's size"),
    ] = None
    engine: Annotated[
        Literal["torch"] | None,
        Field(description="what trains, for what the kernels lack; absent: the engine of the execution profile"),
    ] = None
    profile: Annotated[Name | None, Field(description="execution profile that trains; absent: default")] = None

    @model_validator(mode="after")
    def _is_consistent(self) -> "Training":
        if faults := list(self._faults()):
            raise ValueError("\n".join(faults))
        return self

    def _faults(self) -> Iterator[str]:
        if self.resized_crop is not None and self.shift:
            yield f"shift: {self.shift}; allowed: 0 with resized_crop, which moves the crop itself"
        for key in ("schedule", "loss", "update", "between"):
            if (entry := getattr(self, key)) is not None:
                yield from (f"{key}.{fault}" for fault in entry.faults(self))
