"""Settings of the analyses that measure groups: of which images, and how long an eigenvalue is sought."""

from typing import Annotated, Literal

from pydantic import Field

from sculpt.core.settings import Count
from sculpt.recipe.selection import Selection


class Settings(Selection):
    split: Annotated[Literal["train", "validation"], Field(description="split whose images are taken")]
    samples: Annotated[Count, Field(description="images of each group: its first ones; a smaller group has all it has")]
    iterations: Annotated[
        Count, Field(description="Hessian-vector products per group and seed, from which the eigenvalue is read")
    ]
