"""What the settings of run methods share."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any

from pydantic import Field, model_validator

from sculpt.core.settings import Densities, Label, Name, Section


class RunSettings(Section):
    """An entry of `runs`."""

    variant: Annotated[Name | None, Field(description="variant of the training settings; absent: none")] = None


class MaskedSettings(RunSettings):
    """A run on a mask that is drawn at initialisation."""

    mask: Annotated[Label, Field(description="criterion that draws the mask")]
    transform: Annotated[Label | None, Field(description="transform of the initial weights; absent: none")] = None


class LadderSettings(RunSettings):
    """A run that prunes and trains, level after level, from the dense network."""

    ladder: Annotated[Densities, Field(description="falling densities")]
    criterion: Annotated[Label | None, Field(description="criterion of each prune; absent: magnitude")] = None

    @model_validator(mode="after")
    def _falls(self) -> "LadderSettings":
        for fault in rises(self.ladder):
            raise ValueError(fault)
        return self


def rises(ladder: Densities) -> Iterator[str]:
    """A line for each rung that does not lie below the one before it."""
    for i, (above, below) in enumerate(pairwise(ladder), start=1):
        if below >= above:
            yield f"ladder.{i}: {below:g}; allowed: below the rung before it ({above:g})"


def rewinds_too_far(run: Any, around: Any) -> Iterator[str]:
    """A line where a run goes back to an epoch that lies past the dense cycle. around: the experiment."""
    epochs = around.variants.get(run.variant, around.training).epochs
    if run.rewind_epoch >= epochs:
        yield f"rewind_epoch: {run.rewind_epoch}; allowed: 1 to {epochs - 1} (training.epochs is {epochs})"
