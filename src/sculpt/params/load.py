"""params.yaml: read, checked, and its faults in the user's words."""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from sculpt.core.raw import data_root
from sculpt.core.settings import Name, Section
from sculpt.params.complaints import complaints, nearest
from sculpt.params.experiment import Experiment
from sculpt.params.former import former_keys
from sculpt.params.inherit import Chain, chain, whole
from sculpt.params.read import ParamsError, read


class Params(Section):
    experiment: Annotated[str, Field(description="the experiment that `make reproduce` runs")]
    recorded: Annotated[tuple[Name, ...], Field(description="experiments that are recorded with DVC (`make docs`)")]
    experiments: Annotated[dict[Name, Experiment], Field(min_length=1)]

    def named(self, name: str | None = None) -> str:
        """`name`, or that of the experiment that the file chooses; ParamsError names the nearest."""
        chosen = name or self.experiment
        if chosen not in self.experiments:
            raise ParamsError(
                f"params.yaml: {_unknown('EXPERIMENT' if name else 'experiment', chosen, self.experiments)}"
            )
        return chosen

    def select(self, name: str | None = None) -> tuple[str, Experiment]:
        """The experiment called `name`, or the one that the file chooses, with what its own images decide.

        Raises ParamsError: there is none of that name, or its images are not here or cannot be used.
        """
        chosen = self.named(name)
        try:
            return chosen, self.experiments[chosen].found(data_root())
        except ValueError as error:
            raise ParamsError(
                "\n".join(f"params.yaml: experiments.{chosen}.{line}" for line in str(error).splitlines())
            ) from None

    def here(self, names: Iterable[str]) -> dict[str, Experiment]:
        """Those of these experiments that the file has and whose images are here, as `select` finds them."""
        found = {}
        for name in sorted({*names} & self.experiments.keys()):
            with suppress(ParamsError):  # whoever runs that experiment is told
                found[name] = self.select(name)[1]
        return found


def load(path: Path) -> Params:
    """Read and check params.yaml. Raises ParamsError with one line per fault."""
    raw = read(path)
    experiments = raw.get("experiments")
    if isinstance(experiments, dict):
        if former := list(former_keys(experiments)):
            raise ParamsError("\n".join(f"{path.name}: {line}" for line in former))
        try:
            raw = raw | {"experiments": {name: whole(experiments, name) for name in experiments}}
        except Chain as error:
            raise ParamsError(f"{path.name}: {error}") from None
    try:
        params = Params.model_validate_json(json.dumps(raw, default=str))
    except ValidationError as error:
        lines = list(complaints(error.errors(), Params))
        raise ParamsError("\n".join(f"{path.name}: {line}" for line in _once(lines, experiments))) from None
    params.named()
    for i, name in enumerate(params.recorded):
        if name not in params.experiments:
            raise ParamsError(f"{path.name}: {_unknown(f'recorded.{i}', name, params.experiments)}")
    return params


def _once(lines: list[str], experiments: Any) -> Iterator[str]:
    """The lines without what repeats: of an experiment, a fault of its base; of a variant, one of `training`."""
    parts = [re.fullmatch(r"experiments\.([^.:]+)(.*)", line) for line in lines]
    said = {part.groups() for part in parts if part}
    for line, part in zip(lines, parts, strict=True):
        if part and part[1] in experiments:
            plain = re.sub(r"^\.variants\.[^.]+\.", ".training.", part[2])
            sources = {(name, rest) for name in chain(experiments, part[1]) for rest in (part[2], plain)}
            if said & sources != {part.groups()}:
                continue
        yield line


def _unknown(key: str, name: str, experiments: dict[str, Any]) -> str:
    return f"{key}: {name!r} is not an experiment; allowed: {', '.join(experiments)}{nearest(name, experiments)}"
