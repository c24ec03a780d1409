"""Plug-ins: a folder is the register of a kind, and each module in it is one plug-in.

A module holds a class `Settings` (where params.yaml has an entry for the kind) and one function of the kind's
signature. Importing it must be cheap, since whoever reads params.yaml imports all of them for their Settings: libraries
that compute are imported inside the functions. Constants of a module are read from its text, without importing it.
"""

import ast
import importlib
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Formatter
from types import ModuleType
from typing import Annotated, Any, Literal, Union

from pydantic import Field, create_model

from sculpt.core.errors import SculptError
from sculpt.core.plugin_text import (
    CONSTANTS,
    LATER,
    LIBRARIES,
    constants_of,
    identifier,
    imported_at_once,
    short,
    told,
    tree_of,
    use_of_settings,
)
from sculpt.core.settings import Section

PACKAGE_ROOT = Path(__file__).resolve().parents[1]


class PluginError(SculptError):
    """A module of a register cannot be used; the message names its file."""


@dataclass(frozen=True)
class Kind:
    """One kind of plug-in.

    noun: what a person calls it. folder: its register, below src/sculpt. function and parameters: what each module
    defines. entry: whether params.yaml has an entry for each use, so that a module needs `Settings`. tag: the key of an
    entry that names the plug-in. constants: literals that each module must have. options: literals that it
    may have. more: parameters that come last where an option is True.
    """

    noun: str
    folder: str
    function: str
    parameters: tuple[str, ...]
    entry: bool = True
    tag: str = "name"
    constants: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    more: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)

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

    def part(self, name: str, part: str) -> Callable[..., Any] | None:
        """Another function of a plug-in's module, None where it has none."""
        return getattr(importlib.import_module(self.module(name)), part, None)

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
        return constants_of(_listed(self)[name]).get(constant, default)

    def summary(self, name: str) -> str:
        """The first line of a plug-in's documentation, read from its text."""
        text = ast.get_docstring(tree_of(_listed(self)[name])) or ""
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
            if self.entry and (found := sorted(imported_at_once(tree_of(path).body) & {*LIBRARIES})):
                yield f"{place}: imports {', '.join(found)} at its top; allowed: {LATER}"
                return
        before = {*LIBRARIES} & sys.modules.keys()
        try:
            module = importlib.import_module(_module(path))
        except (Exception, SystemExit) as error:  # whatever the module raises when it is imported is its fault
            yield f"{place}: {_at_import(error)}"
            return
        if self.entry and (found := sorted({*LIBRARIES} & sys.modules.keys() - before)):
            yield f"{place}: imports {', '.join(found)} through a module at its top; allowed: {LATER}"
        yield from self._faults_of_function(path, getattr(module, self.function, None))
        if self.entry:
            faults = list(_faults_of_settings(self, path, module))
            yield from faults
            fields = () if faults else (*module.Settings.model_fields, self.tag)
        else:
            fields = ()
        yield from self._faults_of_constants(path, fields)
        for option in self.options:
            if hasattr(module, option) and option not in constants_of(path):
                yield f"{place}: {option} is computed; allowed: a literal, since it is read from the text"

    def _faults_of_function(self, path: Path, function: Any) -> Iterator[str]:
        place, found = _place(path), constants_of(path)
        added = [name for option, names in self.more.items() if found.get(option) is True for name in names]
        parameters = (*self.parameters, *added)
        wanted = f"{self.function}({', '.join(parameters)})"
        if not callable(function):
            yield f"{place}: has no function {wanted}"
            return
        try:
            has = tuple(inspect.signature(function).parameters)
        except (TypeError, ValueError):  # as of `max`
            has = ("...",)
        if has != parameters:
            yield f"{place}: {self.function}({', '.join(has)}); allowed: {wanted}"

    def _faults_of_constants(self, path: Path, fields: tuple[str, ...]) -> Iterator[str]:
        place, found = _place(path), constants_of(path)
        if missing := [constant for constant in self.constants if constant not in found]:
            yield f"{place}: has no {', '.join(missing)}; allowed: {', '.join(self.constants)}, each a literal"
        for constant in (*self.constants, *self.options):
            fits, allowed = CONSTANTS.get(constant, (None, ""))
            if constant in found and fits is not None and not fits(found[constant]):
                yield f"{place}: {constant} = {short(found[constant])}; allowed: {allowed}"
        if isinstance(caption := found.get("CAPTION"), str) and "CAPTION" in self.constants and fields:
            try:
                spoken = {key for _, key, _, _ in Formatter().parse(caption) if key is not None}
            except ValueError as error:
                yield f"{place}: CAPTION: {error}; allowed: {{key}} for a setting, {{{{ and }}}} for braces"
                return
            for key in sorted(spoken - {*fields}):
                yield f"{place}: CAPTION has {{{key}}}; allowed: keys of its Settings: {', '.join(fields)}"


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
