"""Plug-ins: a folder is the register of a kind, and each module in it is one plug-in.

A module holds a class `Settings` (where params.yaml has an entry for the kind) and one function of the kind's
signature. Importing it must be cheap, since whoever reads params.yaml imports all of them for their Settings: libraries
that compute are imported inside the functions. Constants of a module are read from its text, without importing it.
"""

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from keyword import iskeyword
from pathlib import Path
from string import Formatter
from types import ModuleType
from typing import Annotated, Any, Literal, Union

from pydantic import Field, create_model

from sculpt.core.errors import SculptError
from sculpt.core.settings import Section

PACKAGE_ROOT = Path(__file__).resolve().parents[1]
LIBRARIES = ("matplotlib", "numpy", "pandas", "scipy", "seaborn", "sklearn", "torch", "torchvision")
"""What computes, and takes long to import."""


class PluginError(SculptError):
    """A module of a register cannot be used; the message names its file."""


@dataclass(frozen=True)
class Kind:
    """One kind of plug-in.

    noun: what a person calls it. folder: its register, below src/sculpt. function and parameters: what each module
    defines. entry: whether params.yaml has an entry for each use, so that a module needs `Settings`. tag: the key of an
    entry that names the plug-in. constants: literals that each module must have. options: literals that it
    may have.
    """

    noun: str
    folder: str
    function: str
    parameters: tuple[str, ...]
    entry: bool = True
    tag: str = "name"
    constants: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    @property
    def folders(self) -> list[Path]:
        """The register, and the folder of the same name in each study."""
        return [PACKAGE_ROOT / self.folder, *sorted(PACKAGE_ROOT.glob(f"studies/*/{Path(self.folder).name}"))]

    @property
    def names(self) -> tuple[str, ...]:
        """The plug-ins, sorted; each has the name of its module."""
        return tuple(sorted(_listed(self)))

    def module(self, name: str) -> str:
        """The full name of a plug-in's module. Raises PluginError where there is none."""
        if name not in _listed(self):
            raise PluginError(f"{name!r} is not a {self.noun}; there are {', '.join(self.names)}")
        return _module(_listed(self)[name])

    def load(self, name: str) -> Callable[..., Any]:
        """The function of a plug-in."""
        return getattr(importlib.import_module(self.module(name)), self.function)

    def settings(self, name: str) -> type[Section]:
        """The plug-in's Settings, and the key that names it. Raises PluginError naming the file."""
        return _settings(self, name)

    @property
    def union(self) -> Any:
        """The Settings of all plug-ins as one type, chosen by the tag."""
        members = tuple(self.settings(name) for name in self.names)
        if not members:
            raise PluginError(f"{_place(self.folders[0])}: holds no {self.noun}; allowed: at least one module")
        return Annotated[Union[members], Field(discriminator=self.tag)] if len(members) > 1 else members[0]  # noqa: UP007

    def constant(self, name: str, constant: str, default: Any = None) -> Any:
        """A constant of a plug-in's module, read from its text; `default` where the module has none."""
        return _constants(_listed(self)[name]).get(constant, default)

    def summary(self, name: str) -> str:
        """The first line of a plug-in's documentation, read from its text."""
        text = ast.get_docstring(_tree(_listed(self)[name])) or ""
        return " ".join(text.split("\n\n")[0].split())

    def faults(self) -> Iterator[str]:
        """What is wrong with the register, a line each that names the file; imports every module."""
        first: dict[str, Path] = {}
        for path in (path for folder in self.folders for path in sorted(folder.iterdir())):
            if path.name in ("__init__.py", "__pycache__") or path.name.startswith("."):
                continue
            place, name = _place(path), path.stem
            if path.suffix != (".py" if path.is_file() else "") or not identifier(name):
                wanted = "a Python module named with lower-case letters, digits and _, beginning with a letter"
                yield f"{place}: cannot be a {self.noun}; allowed: {wanted}"
            elif path.is_dir() and not (path / "__init__.py").exists():
                yield f"{place}: is no package; allowed: an __init__.py in it"
            elif (other := first.setdefault(name, place)) != place:
                yield f"{place}: has the name of {other}; allowed: one {self.noun} of each name"
            else:
                yield from self._faults_of(path)

    def _faults_of(self, path: Path) -> Iterator[str]:
        place = _place(path)
        with suppress(SyntaxError, ValueError):  # importing it says so
            for part in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
                if line := use_of_settings(part):
                    yield f"{_place(part)}: {line}"
            if self.entry and (found := sorted(_imported_at_once(_tree(path).body) & {*LIBRARIES})):
                yield f"{place}: imports {', '.join(found)} at its top; allowed: {_LATER}"
                return
        before = {*LIBRARIES} & sys.modules.keys()
        try:
            module = importlib.import_module(_module(path))
        except (Exception, SystemExit) as error:  # whatever the module raises when it is imported is its fault
            yield f"{place}: {_at_import(error)}"
            return
        if self.entry and (found := sorted({*LIBRARIES} & sys.modules.keys() - before)):
            yield f"{place}: imports {', '.join(found)} through a module at its top; allowed: {_LATER}"
        yield from self._faults_of_function(place, getattr(module, self.function, None))
        if self.entry:
            faults = list(_faults_of_settings(self, path, module))
            yield from faults
            fields = () if faults else (*module.Settings.model_fields, self.tag)
        else:
            fields = ()
        yield from self._faults_of_constants(path, fields)
        for option in self.options:
            if hasattr(module, option) and option not in _constants(path):
                yield f"{place}: {option} is computed; allowed: a literal, since it is read from the text"

    def _faults_of_function(self, place: Path, function: Any) -> Iterator[str]:
        wanted = f"{self.function}({', '.join(self.parameters)})"
        if not callable(function):
            yield f"{place}: has no function {wanted}"
            return
        try:
            found = tuple(inspect.signature(function).parameters)
        except (TypeError, ValueError):  # as of `max`
            found = ("...",)
        if found != self.parameters:
            yield f"{place}: {self.function}({', '.join(found)}); allowed: {wanted}"

    def _faults_of_constants(self, path: Path, fields: tuple[str, ...]) -> Iterator[str]:
        place, found = _place(path), _constants(path)
        if missing := [constant for constant in self.constants if constant not in found]:
            yield f"{place}: has no {', '.join(missing)}; allowed: {', '.join(self.constants)}, each a literal"
        for constant in (*self.constants, *self.options):
            fits, allowed = _CONSTANTS.get(constant, (None, ""))
            if constant in found and fits is not None and not fits(found[constant]):
                yield f"{place}: {constant} = {_short(found[constant])}; allowed: {allowed}"
        if isinstance(caption := found.get("CAPTION"), str) and "CAPTION" in self.constants and fields:
            try:
                spoken = {key for _, key, _, _ in Formatter().parse(caption) if key is not None}
            except ValueError as error:
                yield f"{place}: CAPTION: {error}; allowed: {{key}} for a setting, {{{{ and }}}} for braces"
                return
            for key in sorted(spoken - {*fields}):
                yield f"{place}: CAPTION has {{{key}}}; allowed: keys of its Settings: {', '.join(fields)}"


def identifier(name: str) -> bool:
    """Whether a plug-in or a study can have this name."""
    return re.fullmatch(r"[a-z][a-z0-9_]*", name) is not None and not iskeyword(name)


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


def _imported_at_once(items: list[ast.stmt]) -> set[str]:
    """The top names of what these statements import when they run, so not those inside functions."""
    found: set[str] = set()
    for item in items:
        if isinstance(item, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in item.names}
        elif isinstance(item, ast.ImportFrom) and item.level == 0:
            found.add(str(item.module).partition(".")[0])
        elif isinstance(item, ast.If) and ast.unparse(item.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            found |= _imported_at_once(item.orelse)
        elif not isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
            for part in (item, *getattr(item, "handlers", ()), *getattr(item, "cases", ())):
                for field in ("body", "orelse", "finalbody"):
                    found |= _imported_at_once(getattr(part, field, []))
    return found


_LATER = "inside a function, or below `if TYPE_CHECKING:`"


def _is_count(value: Any) -> bool:
    return type(value) is int and value > 0


def _is_names(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(name, str) and name.isidentifier() for name in value)


_COUNT = (_is_count, "a whole number, at least 1")
_FLAG = (lambda value: isinstance(value, bool), "True or False")
_TEXT = (lambda value: isinstance(value, str) and value.strip() != "", "text")
_CONSTANTS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "TABLES": (_is_names, 'a tuple of the names of tables, such as ("summary",)'),
    "CAPTION": _TEXT,
    "ID": _TEXT,
    "TRAIN": _COUNT,
    "TEST": _COUNT,
    "CLASSES": _COUNT,
    "THREADS": _COUNT,
    "SIZE": (lambda value: value is None or _is_count(value), "a whole number, at least 1, or None"),
    "RANDOM": _FLAG,
    "READS_LABELS": _FLAG,
}
"""What a constant must be, and that in words."""


@cache
def _listed(kind: Kind) -> dict[str, Path]:
    """The file, or the folder, of each plug-in by its name."""
    modules = [path for folder in kind.folders for path in folder.glob("*.py") if path.name != "__init__.py"]
    packages = [path.parent for folder in kind.folders for path in folder.glob("*/__init__.py")]
    return {path.stem: path for path in (*modules, *packages)}


@cache
def _settings(kind: Kind, name: str) -> type[Section]:
    path = _listed(kind)[name]
    try:
        module = importlib.import_module(kind.module(name))
    except (Exception, SystemExit) as error:  # whatever the module raises when it is imported is its fault
        raise PluginError(f"{_place(path)}: {_at_import(error)}") from None
    for fault in _faults_of_settings(kind, path, module):
        raise PluginError(fault)
    named = {kind.tag: (Literal[name], ...)}
    title = f"{kind.noun.title().replace(' ', '')}_{name}"
    found = create_model(title, __base__=(module.Settings,), __doc__=module.__doc__, **named)

    def faults(self: Section, around: Any) -> Iterator[str]:
        try:
            yield from module.Settings.faults(self, around)
        except SculptError:
            raise
        except (Exception, SystemExit) as error:  # whatever it raises is the plug-in's fault
            raise PluginError(f"{_place(path)}: Settings.faults fails: {told(error)}") from error

    found.faults = faults
    return found


def _faults_of_settings(kind: Kind, path: Path, module: ModuleType) -> Iterator[str]:
    settings = getattr(module, "Settings", None)
    if not (isinstance(settings, type) and issubclass(settings, Section)):
        yield f"{_place(path)}: has no class Settings(Section)"
    elif kind.tag in settings.model_fields:
        yield f"{_place(path)}: Settings.{kind.tag}; allowed: no such key, the register adds it"
    else:
        try:
            settings.model_rebuild()
        except Exception as error:  # an annotation that only a type checker can read
            wanted = "types that are imported at its top"
            yield f"{_place(path)}: Settings cannot be built: {told(error)}; allowed: {wanted}"


def _place(path: Path) -> Path:
    """A file of the package as messages name it: src/sculpt/..."""
    return path.relative_to(PACKAGE_ROOT.parents[1])


def _module(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE_ROOT.parent).with_suffix("").parts)


def _at_import(error: BaseException) -> str:
    return f"fails at import: {told(error)}"


def told(error: BaseException) -> str:
    """An exception in one line."""
    first = (str(error).splitlines() or [""])[0]
    return f"{type(error).__name__}: {first}".removesuffix(": ")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file, which nobody may change."""
    return ast.parse(path.read_bytes(), filename=str(path))


def _tree(path: Path) -> ast.Module:
    return parsed(path / "__init__.py" if path.is_dir() else path)


@cache
def _constants(path: Path) -> dict[str, Any]:
    found = {}
    for item in _tree(path).body:
        if not isinstance(item, ast.Assign | ast.AnnAssign | ast.AugAssign):
            continue
        for target in item.targets if isinstance(item, ast.Assign) else [item.target]:
            if isinstance(target, ast.Name) and item.value is not None:
                found.pop(target.id, None)
                with suppress(ValueError, TypeError):  # not a literal
                    if not isinstance(item, ast.AugAssign):
                        found[target.id] = ast.literal_eval(item.value)
    return found
