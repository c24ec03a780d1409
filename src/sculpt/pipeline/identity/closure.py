"""The modules that a job can run, found by reading import statements.

The first-party modules reached from the job's module and from the chosen ones through import statements anywhere in
their text (also inside functions and under ``TYPE_CHECKING``), each with the ``__init__`` of every package above it.
Modules imported by a computed name are not seen: name them as chosen.  Data files are not seen either: they are inputs
of the rule.  C sources in a folder of a package that is no package itself belong to the package.  `outside` lists what
is left out.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import resolve_name
from pathlib import Path
from typing import NamedTuple

from sculpt.pipeline.identity.outside import INTERFACE, OUTSIDE, counted
from sculpt.pipeline.identity.syntax import short_hash, tree_digest

PACKAGE_ROOT = Path(__file__).resolve().parents[2]


class Module(NamedTuple):
    """digest: of its syntax tree. imports: full names of first-party modules. others: top names of what else it
    imports."""

    digest: str
    imports: tuple[str, ...]
    others: frozenset[str]


def closure(root: Path, module: str, chosen: tuple[str, ...]) -> dict[str, Module]:
    """Every counted module that is reached, by its full name.

    Raises ModuleNotFoundError, with the names of the module and of its importer, and the path of the importer, where a
    first-party module has no source file; ImportError where an import statement does not say which modules it imports
    (``from package import *``, ``from sculpt import load``) or leaves the package; SyntaxError where a file does not
    parse.
    """
    found: dict[str, Module] = {}
    waiting = [(name, "the caller") for name in (module, *chosen)]
    while waiting:
        name, importer = waiting.pop()
        if name in found or name in OUTSIDE:
            continue
        if is_bare(root, name):
            waiting.append((name.rpartition(".")[0], name))
            continue
        path = source_path(root, name)
        if path is None:
            file = source_path(root, importer)
            words = f"no source file in {root} for module {name}, needed by {importer}"
            raise ModuleNotFoundError(words, name=name, path=str(file) if file else None)
        found[name] = read(root, name, path)
        waiting += [(imported, name) for imported in found[name].imports]
    return dict(sorted(found.items()))


@cache
def source_path(root: Path, name: str) -> Path | None:
    """The file of a first-party module, None where there is none."""
    package, *inner = name.split(".")
    if package != root.name:
        return None
    place = root.joinpath(*inner)
    candidates = (place / "__init__.py", place.with_name(f"{place.name}.py") if inner else None)
    return next((path for path in candidates if path is not None and path.is_file()), None)


@cache
def is_bare(root: Path, name: str) -> bool:
    """Whether a first-party package has no ``__init__.py``: it has no code of its own, just modules."""
    package, *inner = name.split(".")
    return package == root.name and source_path(root, name) is None and root.joinpath(*inner).is_dir()


@cache
def read(root: Path, name: str, path: Path) -> Module:
    """What counts of one module. Each file is read once per process, so all rules of a Snakefile see one state."""
    tree = counted(ast.parse(path.read_bytes(), filename=str(path)), name)
    imported = imports(root, name, path, tree)
    first_party = {target for target in imported if target.split(".")[0] == root.name}
    if parent := name.rpartition(".")[0]:
        first_party.add(parent)
    others = frozenset(target.split(".")[0] for target in imported - first_party)
    sources = c_sources(path.parent) if path.name == "__init__.py" else []
    digest = short_hash(tree_digest(tree) + c_digest(sources)) if sources else tree_digest(tree)
    return Module(digest, tuple(sorted(first_party)), others)


def c_sources(package: Path) -> list[Path]:
    """The C files in the folders of a package that are no packages themselves, by name."""
    return sorted(path for path in package.glob("*/*.[ch]") if not (path.parent / "__init__.py").exists())


def c_digest(sources: list[Path]) -> str:
    """A digest of what C files say, without comments and layout."""
    pieces = []
    for path in sources:
        text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", path.read_text(), flags=re.DOTALL)
        lines = (" ".join(line.split()) for line in text.splitlines())
        pieces += [path.name, *(line for line in lines if line)]
    return short_hash("\n".join(pieces))


def imports(root: Path, name: str, path: Path, tree: ast.AST) -> set[str]:
    """The full names of the modules that the import statements of a module's tree import."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    return {target for node in ast.walk(tree) for target in _imported(root, package, path, node)}


def _imported(root: Path, package: str, file: Path, node: ast.AST) -> Iterator[str]:
    """The full names of the modules that the statement ``node``, in a module of ``package``, imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = resolve_name("." * node.level + (node.module or ""), package)
        yield base
        path = source_path(root, base)
        if not is_bare(root, base) and (path is None or path.name != "__init__.py"):
            return
        for alias in node.names:
            if alias.name == "*":
                # The package's __all__ may name submodules, which Python then imports.
                raise ImportError(f"from {base} import * in package {package}: name what is imported", path=str(file))
            target = f"{base}.{alias.name}"
            if source_path(root, target) is not None:
                yield target
            elif base == INTERFACE and not is_bare(root, target):
                # A name that the package imports late: what it leads to would be in no identity.
                raise ImportError(f"from {base} import {alias.name}: name the module that defines it", path=str(file))
