"""What the settings of run methods share."""

from typing import Annotated

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
        for i, (above, below) in enumerate(zip(self.ladder, self.ladder[1:], strict=False), start=1):
            if below >= above:
                raise ValueError(f"ladder.{i}: {below:g}; allowed: below the rung before it ({above:g})")
        return self
