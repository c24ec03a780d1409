"""Reproducible sparse training: methods as sequences of prunes and cycles that share prefixes.

What one does in Python with what a run made (docs/python.md): `load`, `summary`, `runs`, `claims`, `experiments`.
They are imported when they are asked for, so `import sculpt` imports nothing else.
"""

import sys
from importlib import import_module
from types import ModuleType

_PLACES = {
    "load": "sculpt.api.load",
    "Trained": "sculpt.api.trained",
    "summary": "sculpt.api.tables",
    "runs": "sculpt.api.runs",
    "claims": "sculpt.api.claims",
    "experiments": "sculpt.api.experiments",
    "SculptError": "sculpt.core.errors",
}
"""Public name -> the module that defines it."""

__all__ = list(_PLACES)


class _Callable(ModuleType):
    """A room of the house that has the name of a public function, and can be called as one: `sculpt.claims`."""

    def __call__(self, *arguments, **named):
        name = self.__name__.rpartition(".")[2]
        return getattr(import_module(_PLACES[name]), name)(*arguments, **named)


class _Package(ModuleType):
    """Python sets a room on the package when anything imports it, which would hide the function of its name."""

    def __setattr__(self, name, value):
        if name in _PLACES and isinstance(value, ModuleType):
            value.__class__ = _Callable
        super().__setattr__(name, value)

    def __getattr__(self, name):
        if name not in _PLACES:
            raise AttributeError(f"module 'sculpt' has no attribute {name!r}")
        if name == "claims":
            return import_module("sculpt.claims")
        return getattr(import_module(_PLACES[name]), name)

    def __dir__(self):
        return sorted({*super().__dir__(), *_PLACES})


sys.modules[__name__].__class__ = _Package
