"""params.yaml as it stands: its YAML, and what YAML can hold that params.yaml cannot."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from sculpt.core.errors import SculptError
from sculpt.params.complaints import show


class ParamsError(SculptError):
    """params.yaml is not usable; the message has one line per fault: key path, value, what is allowed."""


def read(path: Path) -> dict[str, Any]:
    """What params.yaml holds, as it stands there. Raises ParamsError where it is no YAML with keys."""
    try:
        raw = _parsed(path.read_bytes())
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
    except (YAMLError, ValueError, OSError, RecursionError) as error:  # ValueError: text that no date or number has
        first, *_ = str(error).splitlines() or [type(error).__name__]
        raise ParamsError(f"{path.name}: not readable: {first}") from None
    if not isinstance(raw, dict):
        raise ParamsError(f"{path.name}: holds {show(raw)}; allowed: the keys experiment, recorded and experiments")
    for fault in _unusual(raw):
        raise ParamsError(f"{path.name}: {fault}")
    return raw


@cache
def _parsed(text: bytes) -> Any:
    """The content of a file, parsed once: a command reads the same params.yaml several times. Not to be altered."""
    return YAML(typ="safe", pure=True).load(text)


def _unusual(value: Any, keys: tuple[str, ...] = (), around: tuple[int, ...] = ()) -> Iterator[str]:
    """What YAML can hold and params.yaml cannot: keys that are no text, and a section inside itself."""
    where = ".".join(keys)
    if id(value) in around:
        yield f"{where}: the section stands inside itself; allowed: aliases of other sections"
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            below = (*keys, str(key))
            if isinstance(value, dict) and not isinstance(key, str):
                yield f"{'.'.join(below)}: {show(key)}; allowed: a key that YAML reads as text"
            yield from _unusual(inner, below, (*around, id(value)))
