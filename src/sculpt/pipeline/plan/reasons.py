"""Why Snakemake would run a job, in the user's words."""

import ast
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

_PARAMS = re.compile(r"Params have changed since last execution: .*?before: (?P<before>.*?) now: (?P<now>.*)$")
_FILES = {
    "Missing output files: ": "not there",
    "Updated input files: ": "altered",
    "Input files updated by another job: ": None,
}
_REST = {
    "Forced execution": "its files are not what the lock says, or its last run was cut short",
    "Code has changed": "the command of its rule changed",
    "Set of input files has changed": "it is made from other files than before",
    "Software environment definition has changed": "its software environment changed",
}


def in_words(reason: str, changes: Callable[[str, str], Iterable[str]], origins: Mapping[str, str]) -> str:
    """Snakemake's reasons of one job as the cause of each: the key of params.yaml, the code, or the file.

    changes(before, now): what changed from one source identity to another, in words. origins: for keys of the
    job's settings the key of params.yaml, below the experiment, that they come from; without one it is the same.
    """
    causes: list[str] = []
    for part in _parts(reason):
        changed = _PARAMS.match(part)
        if changed:
            causes += _changed_settings(_strings(changed["before"]), _strings(changed["now"]), origins)
            causes += _changed_code(_strings(changed["before"]), _strings(changed["now"]), changes)
            continue
        known = False
        for begins, what in _FILES.items():
            if part.startswith(begins):
                known = True
                files = part.removeprefix(begins).split(", ")
                causes.append(f"{_few(files)} {what}" if what else f"made from what runs before it ({_few(files)})")
        for begins, words in _REST.items():
            if part.startswith(begins):
                known = True
                causes.append(words)
        if not known:
            causes.append(part)
    return "; ".join(causes)


def _parts(reason: str) -> list[str]:
    starts = "|".join(re.escape(start) for start in (*_FILES, *_REST, "Params have changed"))
    return [part.strip(" ;") for part in re.split(rf"(?:^|; )(?={starts})", reason) if part.strip(" ;")]


def _strings(text: str) -> list[str]:
    """Snakemake prints the parameters as Python strings with commas between."""
    return list(ast.literal_eval(f"[{text.replace('<nothing exclusive>', '')}]"))


def _changed_settings(before: list[str], now: list[str], origins: Mapping[str, str]) -> Iterator[str]:
    was = next((json.loads(text) for text in before if text.startswith("{")), None)
    is_ = next((json.loads(text) for text in now if text.startswith("{")), None)
    if was is None or is_ is None:
        return
    parents = [settings.pop("lineage", {}) for settings in (was, is_)]
    for path, old, new in _differences(was, is_):
        yield f"{origin_of(path, {**_ORIGINS, **origins})}: {_change(old, new)}"
    if others := [f"{role} {_bare(old)} -> {_bare(new)}" for (role,), old, new in _differences(*parents)]:
        yield f"made from other nodes: {', '.join(others)}"


def origin_of(path: tuple[str, ...], origins: Mapping[str, str]) -> str:
    """The key of params.yaml that a key of the settings comes from, by the longest beginning that has an origin."""
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
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _few(files: list[str]) -> str:
    return files[0] if len(files) == 1 else f"{files[0]} and {len(files) - 1} more"
