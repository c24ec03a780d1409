"""Which room of the house may import which: only downwards, and neither wing from the other."""

import ast
from collections.abc import Iterator
from pathlib import Path

from sculpt.core.errors import Fault
from sculpt.core.plugin_text import parsed
from sculpt.pipeline.identity.closure import PACKAGE_ROOT, imports

SHARED = {"core": 0, "params": 1, "recipe": 2}
SCIENCE = {
    "data": 3,
    "statistics": 3,
    "models": 4,
    "claims": 4,
    "plotting": 4,
    "engine": 5,
    "pruning": 5,
    "figures": 5,
    "training": 6,
    "analyses": 7,
    "invariants": 7,
    "studies": 8,
}
PIPELINE = {"pipeline": 3}
DOOR = {"stages": 9, "api": 10, "report": 10, "export": 11, "cli": 12}
FLOORS = {**SHARED, **SCIENCE, **PIPELINE, **DOOR}
"""Folder of src/sculpt -> its floor. A room imports itself and the rooms of lower floors."""


def below(room: str) -> list[str]:
    """The rooms that a room may import, the lowest first."""
    other_wing = PIPELINE if room in SCIENCE else SCIENCE if room in PIPELINE else {}
    lower = [name for name, floor in FLOORS.items() if floor < FLOORS[room] and name not in other_wing]
    return sorted(lower, key=lambda name: FLOORS[name])


def upward(path: Path, root: Path = PACKAGE_ROOT) -> Iterator[Fault]:
    """The imports of one module that do not go down, each with what is allowed.

    path: a module's file. root: the folder of the package.
    """
    place = path.relative_to(root.parent)
    room, name = _room(".".join(place.parts)), ".".join(place.with_suffix("").parts).removesuffix(".__init__")
    if room is None:
        return
    file = f"{root.parent.name}/{place.as_posix()}"
    if room not in FLOORS:
        yield Fault(file, f"{room} has no floor; allowed: a room of sculpt.pipeline.identity.floors")
        return
    allowed = below(room)
    for target in sorted(imports(root, name, path, parsed(path))):
        above = _room(target) if target.split(".")[0] == root.name else None
        if above is not None and above != room and above not in allowed:
            yield Fault(file, f"imports {target}; allowed: {room} and what is below it: {', '.join(allowed)}")


def cycles(root: Path = PACKAGE_ROOT) -> Iterator[list[str]]:
    """Each circle of modules that import each other as they are imported themselves.

    An import inside a function, or under ``TYPE_CHECKING``, runs later or never, and closes no circle.
    """
    graph = {}
    for path in sorted(root.rglob("*.py")):
        name = ".".join(path.relative_to(root.parent).with_suffix("").parts).removesuffix(".__init__")
        tree = ast.parse(path.read_bytes(), filename=str(path))
        graph[name] = {target for target in imports(root, name, path, _at_import(tree)) if target != name}
    finished: set[str] = set()
    for start in graph:
        yield from _circles(start, graph, [], finished)


def _circles(name: str, graph: dict[str, set[str]], path: list[str], finished: set[str]) -> Iterator[list[str]]:
    if name in path:
        yield [*path[path.index(name) :], name]
    elif name in graph and name not in finished:
        for target in sorted(graph[name]):
            yield from _circles(target, graph, [*path, name], finished)
        finished.add(name)


def _at_import(tree: ast.Module) -> ast.Module:
    """The statements that run when a module is imported, apart from those of its classes."""
    return ast.Module([item for item in tree.body if isinstance(item, ast.Import | ast.ImportFrom)], [])


def _room(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] not in ("__init__", "py") else None
