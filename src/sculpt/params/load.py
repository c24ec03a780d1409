"""params.yaml: read, checked, and its faults in the user's words."""

import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from sculpt.core.errors import SculptError
from sculpt.core.plugins import PluginError
from sculpt.core.settings import Name, Section
from sculpt.params.complaints import complaint, nearest, show
from sculpt.params.experiment import Experiment
from sculpt.params.former import former_keys
from sculpt.params.inherit import Chain, whole


class ParamsError(SculptError):
    """params.yaml is not usable; the message has one line per fault: key path, value, what is allowed."""


class Params(Section):
    experiment: Annotated[str, Field(description="the experiment that `make reproduce` runs")]
    recorded: Annotated[tuple[Name, ...], Field(description="experiments that are recorded with DVC (`make docs`)")]
    experiments: Annotated[dict[Name, Experiment], Field(min_length=1)]

    def select(self, name: str | None = None) -> tuple[str, Experiment]:
        """The experiment called `name`, or the one that the file chooses; ParamsError names the nearest."""
        chosen = name or self.experiment
        if chosen not in self.experiments:
            raise ParamsError(
                f"params.yaml: {_unknown('EXPERIMENT' if name else 'experiment', chosen, self.experiments)}"
            )
        return chosen, self.experiments[chosen]


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
        lines = [f"{path.name}: {complaint(fault, raw, Params)}" for fault in error.errors()]
        raise ParamsError("\n".join(lines)) from None
    except PluginError as error:
        raise ParamsError(str(error)) from None
    params.select()
    for i, name in enumerate(params.recorded):
        if name not in params.experiments:
            raise ParamsError(f"{path.name}: {_unknown(f'recorded.{i}', name, params.experiments)}")
    return params


def read(path: Path) -> dict[str, Any]:
    """What params.yaml holds, as it stands there. Raises ParamsError where it is no YAML with keys."""
    try:
        raw = YAML(typ="safe", pure=True).load(path)
    except FileNotFoundError:
        raise ParamsError(f"{path}: no such file; run from the folder that holds params.yaml") from None
    except DuplicateKeyError as error:
        key = str(error.problem).split('"')[1] if '"' in str(error.problem) else str(error.problem)
        raise ParamsError(
            f"{path.name}: line {error.problem_mark.line + 1}: key {key!r} stands twice in one section; "
            f"allowed: each key once"
        ) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ParamsError(f"{path.name}: line {mark.line + 1 if mark else '?'}: not YAML: {error.problem}") from None
    except (YAMLError, UnicodeError, OSError) as error:
        raise ParamsError(f"{path.name}: not readable: {str(error).splitlines()[0]}") from None
    if not isinstance(raw, dict):
        raise ParamsError(f"{path.name}: holds {show(raw)}; allowed: the keys experiment, recorded and experiments")
    return raw


def _unknown(key: str, name: str, experiments: dict[str, Any]) -> str:
    return f"{key}: {name!r} is not an experiment; allowed: {', '.join(experiments)}{nearest(name, experiments)}"
