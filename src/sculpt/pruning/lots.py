"""The setting of criteria that draw lots."""

from typing import Annotated, Literal

from pydantic import Field

from sculpt.core.settings import Section


class Settings(Section):
    """Unlike other keys that were added later, an absent one is not what was done before: a draw that cuts a class off
    is no result of a method, so it has to be asked for."""

    flow_correction: Annotated[
        Literal[False] | None,
        Field(description="false: some units may lose all weights; absent: every unit keeps an input and an output"),
    ] = None
