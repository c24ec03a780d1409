"""What every figure lets a user choose."""

from typing import Annotated

from pydantic import Field

from sculpt.core.settings import Label, Section


class FigureSettings(Section):
    """How a figure looks. Changing anything here draws again and trains nothing."""

    width: Annotated[float, Field(ge=3.4, le=20, description="inches; narrower, texts overlap")]
    methods: Annotated[
        tuple[Label, ...] | None, Field(min_length=1, description="methods whose runs it draws; absent: all")
    ] = None
    variants: Annotated[bool | None, Field(description="false: no run that has a variant; absent: all")] = None
    criteria: Annotated[
        bool | None, Field(description="false: no run that prunes by another criterion than magnitude; absent: all")
    ] = None
