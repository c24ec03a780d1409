"""Plug-ins: a folder is the register of a kind, and each module in it is one plug-in.

A module holds a class `Settings` (where params.yaml has an entry for the kind) and one function of the kind's
signature. Importing it must be cheap, since whoever reads params.yaml imports all of them for their Settings: libraries
that compute are imported inside the functions. Constants of a module are read from its text, without importing it.
"""

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from keyword import iskeyword
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Literal, Union

from pydantic import Field, create_model

from sculpt.core.errors import SculptError
from sculpt.core.settings import Section

PACKAGE_ROOT = Path(__file__).resolve().parents[1]
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


class PluginError(SculptError):
    """A module of a register cannot be used; the message names its file."""


@dataclass(frozen=True)
class Kind:
    """One kind of plug-in.

    noun: what a person calls it. folder: its register, below src/sculpt. function and parameters: what each module
    defines. entry: whether params.yaml has an entry for each use, so that a module needs `Settings`. tag: the key of an
    entry that names the plug-in. constants: literals that each module must have.
    """

    noun: str
    folder: str
    function: str
    parameters: tuple[str, ...]
    entry: bool = True
    tag: str = "name"
    constants: tuple[str, ...] = ()

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
        path = _listed(self)[name]
        text = ast.get_docstring(ast.parse((path / "__init__.py" if path.is_dir() else path).read_bytes())) or ""
        return " ".join(text.split("\n\n")[0].split())

    def faults(self) -> Iterator[str]:
        """What is wrong with the register, a line each that names the file; imports every module."""
        first: dict[str, Path] = {}
        for path in (path for folder in self.folders for path in sorted(folder.iterdir())):
            if path.name in ("__init__.py", "__pycache__") or path.name.startswith("."):
                continue
            place, name = _place(path), path.stem
            if path.suffix != (".py" if path.is_file() else "") or not _IDENTIFIER.fullmatch(name) or iskeyword(name):
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
        try:
            module = importlib.import_module(_module(path))
        except Exception as error:  # whatever the module raises when it is imported is its fault
            yield f"{place}: {_at_import(error)}"
            return
        function = getattr(module, self.function, None)
        if not callable(function):
            yield f"{place}: has no function {self.function}({', '.join(self.parameters)})"
        elif (found := tuple(inspect.signature(function).parameters)) != self.parameters:
            wanted = f"{self.function}({', '.join(self.parameters)})"
            yield f"{place}: {self.function}({', '.join(found)}); allowed: {wanted}"
        if missing := [constant for constant in self.constants if constant not in _constants(path)]:
            yield f"{place}: has no {', '.join(missing)}; allowed: {', '.join(self.constants)}, each a literal"
        if self.entry:
            yield from _faults_of_settings(self, path, module)


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
    except Exception as error:  # whatever the module raises when it is imported is its fault
        raise PluginError(f"{_place(path)}: {_at_import(error)}") from None
    for fault in _faults_of_settings(kind, path, module):
        raise PluginError(fault)
    named = {kind.tag: (Literal[name], ...)}
    title = f"{kind.noun.title().replace(' ', '')}_{name}"
    return create_model(title, __base__=(module.Settings,), __doc__=module.__doc__, **named)


def _faults_of_settings(kind: Kind, path: Path, module: ModuleType) -> Iterator[str]:
    settings = getattr(module, "Settings", None)
    if not (isinstance(settings, type) and issubclass(settings, Section)):
        yield f"{_place(path)}: has no class Settings(Section)"
    elif kind.tag in settings.model_fields:
        yield f"{_place(path)}: Settings.{kind.tag}; allowed: no such key, the register adds it"


def _place(path: Path) -> Path:
    """A file of the package as messages name it: src/sculpt/..."""
    return path.relative_to(PACKAGE_ROOT.parents[1])


def _module(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE_ROOT.parent).with_suffix("").parts)


def _at_import(error: Exception) -> str:
    return f"fails at import: {type(error).__name__}: {(str(error).splitlines() or [''])[0]}"


@cache
def _constants(path: Path) -> dict[str, Any]:
    found = {}
    if path.is_dir():
        path = path / "__init__.py"
    for item in ast.parse(path.read_bytes()).body:
        target = item.targets[0] if isinstance(item, ast.Assign) else getattr(item, "target", None)
        if isinstance(target, ast.Name) and item.value is not None:
            try:
                found[target.id] = ast.literal_eval(item.value)
            except ValueError:  # not a literal
                continue
    return found
