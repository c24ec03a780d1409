"""Why Snakemake would run a job, in the user's words."""

import ast
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

_PARAMS = re.compile(r"Params have changed since last execution: .*?before: (?P<before>.*?) now: (?P<now>.*)$")
_FILES = {
    "Missing output files: ": "not there",
    "Updated input files: ": "altered",
    "Input files updated by another job: ": None,
}
_SHA256 = re.compile(r"[0-9a-f]{64}")
_REST = {
    "Forced execution": "its files are not what the lock says, or its last run was cut short",
    "Code has changed": "the command of its rule changed",
    "Set of input files has changed": "it is made from other files than before",
    "Software environment definition has changed": "its software environment changed",
}


DEPENDENT = "made from what runs before it"


class Cause(NamedTuple):
    """One reason to run. text: with the file or the key that it is about. kind: the same without files, to group by."""

    text: str
    kind: str


def in_words(reason: str, changes: Callable[[str, str], Iterable[str]], origins: Mapping[str, str]) -> str:
    """Snakemake's reasons of one job as one text (`causes`)."""
    return told(causes(reason, changes, origins))


def told(found: Iterable[Cause]) -> str:
    return "; ".join(cause.text for cause in found)


def causes(reason: str, changes: Callable[[str, str], Iterable[str]], origins: Mapping[str, str]) -> list[Cause]:
    """Snakemake's reasons of one job as the cause of each: the key of params.yaml, the code, or the file.

    changes(before, now): what changed from one source identity to another, in words. origins: for keys of the
    job's settings the key of params.yaml, below the experiment, that they come from; without one it is the same.
    """
    found: list[Cause] = []
    for part in _parts(reason):
        changed = _PARAMS.match(part)
        if changed:
            sides = _strings(changed["before"]), _strings(changed["now"])
            words = [*_of_settings(*sides, origins), *_changed_code(*sides, changes)]
            found += [Cause(text, text.partition(": ")[0] if text.startswith(_OTHERS) else text) for text in words]
            continue
        known = False
        for begins, what in _FILES.items():
            if part.startswith(begins):
                known = True
                files = _few(part.removeprefix(begins).split(", "))
                found.append(Cause(f"{files} {what}", what) if what else Cause(f"{DEPENDENT} ({files})", DEPENDENT))
        for begins, words in _REST.items():
            if part.startswith(begins):
                known = True
                found.append(Cause(words, words))
        if not known:
            found.append(Cause(part, part))
    return found


def _parts(reason: str) -> list[str]:
    starts = "|".join(re.escape(start) for start in (*_FILES, *_REST, "Params have changed"))
    return [part.strip(" ;") for part in re.split(rf"(?:^|; )(?={starts})", reason) if part.strip(" ;")]


def _strings(text: str) -> list[str]:
    """Snakemake prints the parameters as Python strings with commas between."""
    return list(ast.literal_eval(f"[{text.replace('<nothing exclusive>', '')}]"))


def _of_settings(before: list[str], now: list[str], origins: Mapping[str, str]) -> Iterator[str]:
    was = next((json.loads(text) for text in before if text.startswith("{")), None)
    is_ = next((json.loads(text) for text in now if text.startswith("{")), None)
    if was is not None and is_ is not None:
        yield from changed_settings(was, is_, origins)


def changed_settings(was: dict[str, Any], is_: dict[str, Any], origins: Mapping[str, str]) -> Iterator[str]:
    """What differs between two settings of a job, each with its key of params.yaml; both are used up."""
    parents = [settings.pop("lineage", {}) for settings in (was, is_)]
    for path, old, new in _differences(was, is_):
        yield f"{origin_of(path, origins)}: {_change(old, new)}"
    if others := [f"{role} {_bare(old)} -> {_bare(new)}" for (role,), old, new in _differences(*parents)]:
        yield f"{_OTHERS}: {', '.join(others)}"


_OTHERS = "made from other nodes"


def origin_of(path: tuple[str, ...], origins: Mapping[str, str]) -> str:
    """The key of params.yaml that a key of the settings comes from, by the longest beginning that has an origin."""
    origins = {**_ORIGINS, **origins}
    for end in range(len(path), 0, -1):
        if (key := origins.get(".".join(path[:end]))) is not None:
            return ".".join(filter(None, [key, *path[end:]]))
    return ".".join(path)


def _changed_code(before: list[str], now: list[str], changes: Callable[[str, str], Iterable[str]]) -> list[str]:
    identities = [[text for text in texts if not text.startswith("{")] for texts in (before, now)]
    if not any(identities):
        return []
    named = [change for was in identities[0] for is_ in identities[1] for change in changes(was, is_)]
    return named or ["its code or a library changed"]


_MISSING = object()
_ORIGINS = {"experiment": ""}
"""Settings that are a whole experiment: their keys are its own."""


def _differences(was: Any, is_: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    if isinstance(was, dict) and isinstance(is_, dict):
        for key in sorted(was.keys() | is_.keys()):
            yield from _differences(was.get(key, _MISSING), is_.get(key, _MISSING), (*path, key))
    elif was != is_:
        yield path, was, is_


def _change(old: Any, new: Any) -> str:
    if not (isinstance(old, list) and isinstance(new, list)):
        return f"{_show(old)} -> {_show(new)}"
    added, gone = [item for item in new if item not in old], [item for item in old if item not in new]
    parts = [f"{sign} {', '.join(map(_show, items))}" for sign, items in (("+", added), ("-", gone)) if items]
    return "; ".join(parts) or "in another order"


def _bare(key: Any) -> str:
    return "nothing" if key is _MISSING else str(key)


def _show(value: Any) -> str:
    if value is _MISSING:
        return "nothing"
    if isinstance(value, str) and _SHA256.fullmatch(value):
        return value[:8]
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _few(files: list[str]) -> str:
    first = min(files)  # Snakemake names them in no fixed order
    return first if len(files) == 1 else f"{first} and {len(files) - 1} more"
