"""The public names of the package, from their docstrings and signatures."""

import inspect
from dataclasses import fields, is_dataclass
from importlib import import_module

import sculpt

_HEAD = """\
# Python

The public names of the package: `import sculpt`. Written by `make docs` from their docstrings. They need what a run has
left below `results/`, and neither params.yaml nor git.
"""


def python() -> str:
    """The page of all public names, as Markdown."""
    return _HEAD + "".join(_section(name, getattr(import_module(place), name)) for name, place in sculpt._PLACES.items())


def _section(name: str, thing) -> str:
    called = f"sculpt.{name}"
    if not inspect.isclass(thing):
        return f"\n## {called}\n\n{_signature(called, thing)}\n\n{_doc(thing)}\n"
    lines = [f"\n## {called}\n", f"{_doc(thing)}\n"]
    if is_dataclass(thing):
        lines += [f"- `{field.name}`: `{_type(field.type)}`" for field in fields(thing)] + [""]
    for member, value in vars(thing).items():
        if member.startswith("_") or not (inspect.isfunction(value) or isinstance(value, property | classmethod)):
            continue
        if isinstance(value, property):
            lines.append(f"### {called}.{member}\n\n{_doc(value)}\n")
        else:
            function = getattr(thing, member)
            lines.append(f"### {called}.{member}\n\n{_signature(member, function)}\n\n{_doc(function)}\n")
    return "\n".join(lines)


def _signature(called: str, function) -> str:
    signature = inspect.signature(function)
    kept = [value for key, value in signature.parameters.items() if key != "self"]
    return f"```text\n{called}{signature.replace(parameters=kept)}\n```"


def _doc(thing) -> str:
    text = inspect.getdoc(thing)
    if not text:
        raise ValueError(f"{thing!r} is public, and has no docstring")
    return text


def _type(annotation) -> str:
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
