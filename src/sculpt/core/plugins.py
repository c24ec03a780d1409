"""Plug-ins: a folder is the register of a kind, and each module in it is one plug-in.

A module holds a class `Settings` (where params.yaml has an entry for the kind) and one function of the kind's signature.
Importing it must be cheap, since whoever reads params.yaml imports all of them for their Settings: libraries that compute
are imported inside the functions. Constants of a module are read from its text, without importing it.
"""

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import create_model

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
    defines. entry: whether params.yaml has an entry for each use, so that a module needs `Settings`.
    """

    noun: str
    folder: str
    function: str
    parameters: tuple[str, ...]
    entry: bool = True

    @property
    def path(self) -> Path:
        return PACKAGE_ROOT / self.folder

    @property
    def names(self) -> tuple[str, ...]:
        """The plug-ins of the register, sorted; a name is that of its module, with - for _ where names have it."""
        return tuple(sorted(_listed(self.path)))

    def module(self, name: str) -> str:
        """The full name of a plug-in's module. Raises PluginError where there is none."""
        if name not in _listed(self.path):
            raise PluginError(f"{name!r} is not a {self.noun}; there are {', '.join(self.names)}")
        return f"sculpt.{self.folder.replace('/', '.')}.{name}"

    def load(self, name: str) -> Callable[..., Any]:
        """The function of a plug-in."""
        return getattr(importlib.import_module(self.module(name)), self.function)

    def settings(self, name: str) -> type[Section]:
        """The plug-in's Settings, with its name as the first key. Raises PluginError naming the file."""
        return _settings(self, name)

    def constant(self, name: str, constant: str, default: Any = None) -> Any:
        """A constant of a plug-in's module, read from its text; `default` where the module has none."""
        return _constants(self.path / f"{name}.py").get(constant, default)

    def faults(self) -> Iterator[str]:
        """What is wrong with the register, a line each that names the file; imports every module."""
        for path in sorted(self.path.iterdir()):
            if path.name not in ("__init__.py", "__pycache__") and not path.name.startswith("."):
                yield from self._faults_of(path)

    def _faults_of(self, path: Path) -> Iterator[str]:
        place, name = path.relative_to(PACKAGE_ROOT.parent), path.stem
        if path.is_dir():
            if path.with_suffix(".py").exists():
                yield f"{place}: stands beside {path.name}.py; allowed: one of the two"
            elif not (path / "__init__.py").exists():
                yield f"{place}: is no package; allowed: an __init__.py in it"
        if path.suffix not in ("", ".py") or not _IDENTIFIER.fullmatch(name):
            wanted = "a Python module named with lower-case letters, digits and _, beginning with a letter"
            yield f"{place}: cannot be a {self.noun}; allowed: {wanted}"
            return
        try:
            module = importlib.import_module(f"sculpt.{self.folder.replace('/', '.')}.{name}")
        except Exception as error:  # whatever the module raises when it is imported is its fault
            yield f"{place}: fails at import: {type(error).__name__}: {(str(error).splitlines() or [''])[0]}"
            return
        function = getattr(module, self.function, None)
        if not callable(function):
            yield f"{place}: has no function {self.function}({', '.join(self.parameters)})"
        elif (found := tuple(inspect.signature(function).parameters)) != self.parameters:
            wanted = f"{self.function}({', '.join(self.parameters)})"
            yield f"{place}: {self.function}({', '.join(found)}); allowed: {wanted}"
        settings = getattr(module, "Settings", None)
        if self.entry and not (isinstance(settings, type) and issubclass(settings, Section)):
            yield f"{place}: has no class Settings(Section)"


@cache
def _listed(folder: Path) -> frozenset[str]:
    modules = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/__init__.py")}
    return frozenset(modules - {"__init__"})


@cache
def _settings(kind: Kind, name: str) -> type[Section]:
    module = importlib.import_module(kind.module(name))
    try:
        base = module.Settings
    except AttributeError:
        raise PluginError(f"src/sculpt/{kind.folder}/{name}.py: has no class Settings(Section)") from None
    named = {"name": (Literal[name], ...)}
    return create_model(f"{kind.noun.title().replace(' ', '')}_{name}", __base__=(base,), __doc__=module.__doc__, **named)


@cache
def _constants(path: Path) -> dict[str, Any]:
    found = {}
    if not path.exists():
        path = path.with_suffix("") / "__init__.py"
    for item in ast.parse(path.read_bytes()).body:
        target = item.targets[0] if isinstance(item, ast.Assign) else getattr(item, "target", None)
        if isinstance(target, ast.Name) and item.value is not None:
            try:
                found[target.id] = ast.literal_eval(item.value)
            except ValueError:  # not a literal
                continue
    return found
