"""What the text of a plug-in's module says, without importing it."""

import ast
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from keyword import iskeyword
from pathlib import Path
from typing import Any

LIBRARIES = ("matplotlib", "numpy", "pandas", "scipy", "seaborn", "sklearn", "torch", "torchvision")
"""What computes, and takes long to import."""


LATER = "inside a function, or below `if TYPE_CHECKING:`"


def identifier(name: str) -> bool:
    """Whether a plug-in or a study can have this name."""
    return re.fullmatch(r"[a-z][a-z0-9_]*", name) is not None and not iskeyword(name)


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file, which nobody may change."""
    return ast.parse(path.read_bytes(), filename=str(path))


def tree_of(path: Path) -> ast.Module:
    return parsed(path / "__init__.py" if path.is_dir() else path)


@cache
def constants_of(path: Path) -> dict[str, Any]:
    found = {}
    for item in tree_of(path).body:
        if not isinstance(item, ast.Assign | ast.AnnAssign | ast.AugAssign):
            continue
        for target in item.targets if isinstance(item, ast.Assign) else [item.target]:
            if isinstance(target, ast.Name) and item.value is not None:
                found.pop(target.id, None)
                with suppress(ValueError, TypeError):  # not a literal
                    if not isinstance(item, ast.AugAssign):
                        found[target.id] = ast.literal_eval(item.value)
    return found


def use_of_settings(path: Path) -> str:
    """The first use of a class `Settings` outside of one, as a fault in words; nothing where there is none.

    A job that used it would not run again after an edit of it (`sculpt.pipeline.identity.outside`).
    """
    if not re.search(rb"\bSettings\b", re.sub(rb"(?m)^class Settings\b", b"", path.read_bytes())):
        return ""  # as in most modules; to look at all of a tree takes longer
    rest = [item for item in parsed(path).body if not (isinstance(item, ast.ClassDef) and item.name == "Settings")]
    nodes = [node for item in rest for node in ast.walk(item)]
    imported = [alias for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names]
    names = {"Settings", *(alias.asname for alias in imported if alias.name == "Settings" and alias.asname)}
    lines = [line for node in nodes for line in _uses(node, names)]
    allowed = "a function gets the values; only another class Settings may be based on it"
    return f"uses Settings in line {min(lines)}; allowed: {allowed}" if lines else ""


def _uses(node: ast.AST, names: set[str]) -> Iterator[int]:
    if (isinstance(node, ast.Name) and node.id in names) or getattr(node, "attr", "") == "Settings":
        yield node.lineno
    quoted: list[ast.AST | None] = []
    if isinstance(node, ast.arg | ast.AnnAssign):
        quoted = [node.annotation]
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        quoted = [node.returns]
    elif isinstance(node, ast.Subscript):
        quoted = [node.slice]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr":
        quoted = node.args[1:2]
    for part in (part for top in quoted if top is not None for part in ast.walk(top)):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and {*re.findall(r"\w+", part.value)} & names:
            yield part.lineno


def imported_at_once(items: list[ast.stmt]) -> set[str]:
    """The top names of what these statements import when they run, so not those inside functions."""
    found: set[str] = set()
    for item in items:
        if isinstance(item, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in item.names}
        elif isinstance(item, ast.ImportFrom) and item.level == 0:
            found.add(str(item.module).partition(".")[0])
        elif isinstance(item, ast.If) and ast.unparse(item.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            found |= imported_at_once(item.orelse)
        elif not isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
            for part in (item, *getattr(item, "handlers", ()), *getattr(item, "cases", ())):
                for field in ("body", "orelse", "finalbody"):
                    found |= imported_at_once(getattr(part, field, []))
    return found


def _is_count(value: Any) -> bool:
    return type(value) is int and value > 0


def _is_names(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(name, str) and name.isidentifier() for name in value)


_COUNT = (_is_count, "a whole number, at least 1")


_FLAG = (lambda value: isinstance(value, bool), "True or False")


_TEXT = (lambda value: isinstance(value, str) and value.strip() != "", "text")


MOVES = ("rewires", "thins", "alternates")
"""How a rule between epochs can move the mask (`sculpt.training.moving`)."""


CONSTANTS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "TABLES": (_is_names, 'a tuple of the names of tables, such as ("summary",)'),
    "NEEDS": (_is_names, 'a tuple of the names of run methods, such as ("lrr",)'),
    "CAPTION": _TEXT,
    "ID": _TEXT,
    "TRAIN": _COUNT,
    "TEST": _COUNT,
    "CLASSES": _COUNT,
    "THREADS": _COUNT,
    "SIZE": (lambda value: value is None or _is_count(value), "a whole number, at least 1, or None"),
    "RANDOM": _FLAG,
    "READS_LABELS": _FLAG,
    "READS_GROUPS": _FLAG,
    "READS_NETWORK": _FLAG,
    "ACROSS_SEEDS": _FLAG,
    "TIMED": _FLAG,
    "DYNAMIC": _FLAG,
    "EXACT": _FLAG,
    "MOVES": (lambda value: value in MOVES, ", ".join(f'"{way}"' for way in MOVES)),
    "BESIDE": (lambda value: value in ("plain", "weights"), '"plain" or "weights"'),
}
"""What a constant must be, and that in words."""


def told(error: BaseException) -> str:
    """An exception in one line."""
    first = (str(error).splitlines() or [""])[0]
    return f"{type(error).__name__}: {first}".removesuffix(": ")


def short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
