"""The section `claims`: what the claims on results ask for."""

from typing import Annotated

from pydantic import Field

from sculpt.core.settings import Section


class Claims(Section):
    """Changing anything here judges the claims again, and nothing else."""

    margin: Annotated[
        float | None,
        Field(gt=0, le=100, description="points of test accuracy that a run may lie below LRR (claims d); absent: 1"),
    ] = None
