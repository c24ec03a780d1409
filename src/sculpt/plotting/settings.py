"""What every figure lets a user choose."""

from typing import Annotated

from pydantic import Field

from sculpt.core.settings import Section


class FigureSettings(Section):
    """How a figure looks. Changing anything here draws again and trains nothing."""

    width: Annotated[float, Field(ge=3.4, le=20, description="inches; narrower, texts overlap")]
