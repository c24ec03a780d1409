"""The public names of the package, from their docstrings and signatures.

They are read from the text, as constants of plug-ins are: their modules import torch and pandas.
"""

import ast
from importlib.util import find_spec
from pathlib import Path

import sculpt

_HEAD = """\
# Python

The public names of the package: `import sculpt`. Written by `make docs` from their docstrings. They need what a run has
left below `results/`, and neither params.yaml nor git.
"""


def python() -> str:
    """The page of all public names, as Markdown."""
    return _HEAD + "".join(section(name, _defining(name, place)) for name, place in sculpt._PLACES.items())


def section(name: str, text: str) -> str:
    """Of one public name: its signature and its docstring, or those of its members. text: of the module."""
    (thing,) = (node for node in ast.parse(text).body if getattr(node, "name", None) == name)
    called = f"sculpt.{name}"
    lines = [f"\n## {called}\n"]
    if not isinstance(thing, ast.ClassDef):
        return "\n".join([*lines, f"{_signature(called, thing)}\n\n{_doc(thing)}\n"])
    lines.append(f"{_doc(thing)}\n")
    fields = [node for node in thing.body if isinstance(node, ast.AnnAssign) and _public(node.target.id)]
    lines += [f"- `{field.target.id}`: `{ast.unparse(field.annotation)}`" for field in fields] + [""] * bool(fields)
    for member in thing.body:
        if isinstance(member, ast.FunctionDef) and _public(member.name):
            bare = any(isinstance(by, ast.Name) and by.id.endswith("property") for by in member.decorator_list)
            signature = "" if bare else f"{_signature(member.name, member)}\n\n"
            lines.append(f"### {called}.{member.name}\n\n{signature}{_doc(member)}\n")
    return "\n".join(lines)


def _defining(name: str, place: str) -> str:
    """The text of the module that defines a name, where the one given may import it."""
    text = Path(find_spec(place).origin).read_text()
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom) and name in (alias.name for alias in node.names):
            return _defining(name, node.module)
    return text


def _public(name: str) -> bool:
    return not name.startswith("_")


def _signature(called: str, function: ast.FunctionDef) -> str:
    given = ast.unparse(function.args).removeprefix("self").removeprefix(", ")
    returned = "" if function.returns is None else f" -> {ast.unparse(function.returns)}"
    return f"```text\n{called}({given}){returned}\n```"


def _doc(thing: ast.FunctionDef | ast.ClassDef) -> str:
    text = ast.get_docstring(thing)
    if not text:
        raise ValueError(f"{thing.name} is public, and has no docstring")
    return text
