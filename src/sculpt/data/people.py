"""What data sets of people share in their settings: which attribute is learned, and which makes the groups."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from sculpt.data import settings as data


class Settings(data.Settings):
    """A subclass says which attributes there are."""

    label: Annotated[str, Field(description="attribute that is learned")]
    group: Annotated[str | None, Field(description="attribute that makes the groups; absent: the classes are")] = None

    def faults(self, around: Any) -> Iterator[str]:
        if self.group == self.label:
            yield f"group: {self.group}; allowed: another attribute than label; without the key classes are groups"
        if self.group is not None and self.groups is not None:
            yield f"groups: {self.groups}; allowed: either the attribute `group` or a table of groups"
