"""What settings are made of: a checked section of params.yaml, and the types of its values.

Every plug-in's `Settings` is a `Section`. Its descriptions and ranges are for people and for `sculpt params check`; a
job gets nothing but the values. So a class called Settings, and this module, stand outside the identity of a job's code
(`sculpt.pipeline.identity.source`).
"""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

MOST = 100_000_000
"""The largest count that a setting can have."""

Count = Annotated[int, Field(ge=1, le=MOST)]
Density = Annotated[float, Field(gt=0, le=1)]
Densities = Annotated[tuple[Density, ...], Field(min_length=1)]
Fraction = Annotated[float, Field(ge=0, lt=1)]
Label = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
"""A name that a user gives: of a criterion, a transform, an analysis, a figure."""
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
"""The name of an experiment, a variant or an execution profile."""

Values = dict[str, Any]
"""Settings as a job has them: plain values by key; a key whose value is None is left out."""


class Section(BaseModel):
    """A section of params.yaml: no other keys, no coercion, finite numbers, immutable.

    A key that is added later has the default None, which means what was done before there was such a key.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    def faults(self, around: Any) -> Iterator[str]:
        """What does not fit the section around this one, each as `key: value; allowed: ...`, the key below this one.

        around: for a plug-in of training, the section `training`; for every other, the experiment.
        """
        yield from ()


def values(section: BaseModel) -> Values:
    """All values of a section, names included, as a job gets them: without None, and -0.0 as 0.0."""
    return _canonical(section.model_dump(mode="json"))


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _canonical(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_canonical(inner) for inner in value]
    return value + 0.0 if isinstance(value, float) else value
