"""The source identity of a job: a short string that changes when the code behind the job changes.

Snakemake compares the parameters of a rule with those of the run that made its output, but does not see an
edit of a module which the rule's program imports.  A rule therefore carries

    params: source=source_identity("sculpt.stages.train_node", ("sculpt.models.resnet20",))

and is run again when code that can influence its result was edited, and only then.

*Which code.*  The first-party modules reached from the rule's module and from the chosen ones through
import statements anywhere in their text (also inside functions and under ``TYPE_CHECKING``), each with the
``__init__`` of every package above it.  Modules imported by a computed name are not seen: name them as
chosen.  Data files are not seen either: they are inputs of the rule.

*What counts as an edit.*  A change of the syntax tree.  Comments, layout, quotes and parentheses are not in
the tree, and statements that do nothing are left out of it: ``pass`` and any constant on a line of its own,
hence every docstring and every ``...``.  So a docstring in place of ``pass`` is no edit.  Code that computes
with its own ``__doc__`` is outside this rule.  Annotations and the order of imports count.

*Which libraries.*  The numeric ones that those modules import, by installed version: results can change with
them.  Others, such as a parser of configuration files, would only cause needless runs.

The modules are read, never imported (importing torch alone takes longer than reading them all).  Each file is
read once per process, so all rules of one Snakefile see the same state of the source.
"""

import ast
import hashlib
import importlib.metadata
import json
from collections.abc import Iterator
from functools import cache
from importlib.util import resolve_name
from pathlib import Path
from typing import NamedTuple

PACKAGE_ROOT = Path(__file__).resolve().parents[2]

# Import name -> distribution name.
NUMERIC_LIBRARIES = {
    "PIL": "pillow",
    "matplotlib": "matplotlib",
    "numpy": "numpy",
    "pandas": "pandas",
    "safetensors": "safetensors",
    "scipy": "scipy",
    "seaborn": "seaborn",
    "sklearn": "scikit-learn",
    "torch": "torch",
    "torchvision": "torchvision",
}

installed_version = cache(importlib.metadata.version)


class _Module(NamedTuple):
    digest: str
    imports: tuple[str, ...]  # full names of first-party modules
    libraries: frozenset[str]  # distribution names


def source_identity(module: str, chosen: tuple[str, ...] = (), *, root: Path = PACKAGE_ROOT) -> str:
    """The identity of the code that runs when ``module`` runs and imports the ``chosen`` modules by name.

    It is made of `module_digests` and `library_versions`, is the same on every supported Python version, and
    raises what they raise.
    """
    parts = [module_digests(module, chosen, root=root), library_versions(module, chosen, root=root)]
    return _short_hash(json.dumps(parts, sort_keys=True))


def module_digests(module: str, chosen: tuple[str, ...] = (), *, root: Path = PACKAGE_ROOT) -> dict[str, str]:
    """Full name -> digest of the syntax tree, for every first-party module that the job can run.

    ``root`` is the directory of the first-party package, whose name it bears.

    Raises ModuleNotFoundError, with the names of the module and of its importer, where a first-party module
    has no source file (a package needs an ``__init__.py``); ImportError where an import statement does not
    say which modules it imports (``from package import *``) or leaves the package; SyntaxError where a file
    does not parse.
    """
    return {name: found.digest for name, found in _closure(root, module, chosen).items()}


def library_versions(module: str, chosen: tuple[str, ...] = (), *, root: Path = PACKAGE_ROOT) -> dict[str, str]:
    """Distribution name -> installed version, for every numeric library that those modules import.

    Raises importlib.metadata.PackageNotFoundError where one is not installed, and what `module_digests`
    raises.
    """
    libraries = frozenset().union(*(found.libraries for found in _closure(root, module, chosen).values()))
    return {library: installed_version(library) for library in sorted(libraries)}


def definitions(module: str, *, root: Path = PACKAGE_ROOT) -> dict[str, str]:
    """Qualified name -> digest for each function and method of a module; the rest of it stands under "".

    The rest of a class (its bases, fields and decorators) stands under the name of the class.
    """
    tree = ast.parse(_source_path(root, module).read_bytes())
    found: dict[str, str] = {}
    rest = []
    for item in tree.body:
        if isinstance(item, ast.ClassDef):
            methods = [part for part in item.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]
            found |= {f"{item.name}.{method.name}": tree_digest(method) for method in methods}
            item.body = [part for part in item.body if part not in methods]
            found[item.name] = tree_digest(item)
        elif isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
            found[item.name] = tree_digest(item)
        else:
            rest.append(item)
    return {**found, "": tree_digest(ast.Module(rest, []))}


def _closure(root: Path, module: str, chosen: tuple[str, ...]) -> dict[str, _Module]:
    found: dict[str, _Module] = {}
    waiting = [(name, "the caller") for name in (module, *chosen)]
    while waiting:
        name, importer = waiting.pop()
        if name in found:
            continue
        path = _source_path(root, name)
        if path is None:
            raise ModuleNotFoundError(f"no source file in {root} for module {name}, needed by {importer}", name=name)
        found[name] = _read(root, name, path)
        waiting += [(imported, name) for imported in found[name].imports]
    return dict(sorted(found.items()))


@cache
def _source_path(root: Path, name: str) -> Path | None:
    package, *inner = name.split(".")
    if package != root.name:
        return None
    place = root.joinpath(*inner)
    candidates = (place / "__init__.py", place.with_name(f"{place.name}.py") if inner else None)
    return next((path for path in candidates if path is not None and path.is_file()), None)


@cache
def _read(root: Path, name: str, path: Path) -> _Module:
    tree = ast.parse(path.read_bytes(), filename=str(path))
    parent = name.rpartition(".")[0]
    package = name if path.name == "__init__.py" else parent
    imported = {target for node in ast.walk(tree) for target in _imported(root, package, node)}
    first_party = {target for target in imported if target.split(".")[0] == root.name}
    if parent:
        first_party.add(parent)
    top_names = {target.split(".")[0] for target in imported}
    libraries = frozenset(NUMERIC_LIBRARIES[top] for top in top_names & NUMERIC_LIBRARIES.keys())
    return _Module(tree_digest(tree), tuple(sorted(first_party)), libraries)


def _imported(root: Path, package: str, node: ast.AST) -> Iterator[str]:
    """The full names of the modules that the statement ``node``, in a module of ``package``, imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = resolve_name("." * node.level + (node.module or ""), package)
        yield base
        path = _source_path(root, base)
        if path is None or path.name != "__init__.py":
            return
        for alias in node.names:
            if alias.name == "*":
                # The package's __all__ may name submodules, which Python then imports.
                raise ImportError(f"from {base} import * in package {package}: name what is imported")
            if _source_path(root, f"{base}.{alias.name}") is not None:
                yield f"{base}.{alias.name}"


def tree_digest(tree: ast.AST) -> str:
    """A digest of what the program ``tree`` does, as the module's documentation defines it.

    ast.dump and ast.unparse write the same tree differently in different versions of Python; this does not.
    """
    pieces: list[str] = []
    _dump(tree, pieces)
    return _short_hash("".join(pieces))


def _dump(value: object, pieces: list[str]) -> None:
    if isinstance(value, ast.AST):
        pieces.append(f"{type(value).__name__}(")
        for field in _fields(type(value)):
            content = getattr(value, field)
            if isinstance(content, list):
                content = [item for item in content if not _does_nothing(item, value)]
            # Newer versions of Python have more fields, which are empty for older syntax.
            if content is not None and content != []:
                pieces.append(f"{field}=")
                _dump(content, pieces)
        pieces.append(")")
    elif isinstance(value, list):
        pieces.append("[")
        for item in value:
            _dump(item, pieces)
        pieces.append("]")
    else:
        # Not !r: what it escapes depends on the Unicode version that the interpreter knows.
        pieces.append(f"{type(value).__name__}:{value!a};")


@cache
def _fields(node_type: type[ast.AST]) -> tuple[str, ...]:
    # ctx follows from the place of the node; kind is the prefix of u"text".
    return tuple(sorted(set(node_type._fields) - {"ctx", "kind"}))


def _does_nothing(item: object, parent: ast.AST) -> bool:
    if isinstance(item, ast.Constant):
        # Python 3.12 ends the format specification of f"{x:{width}}" with an empty string, others do not.
        return isinstance(parent, ast.JoinedStr) and item.value == ""
    return isinstance(item, ast.Pass) or (isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant))


def _short_hash(text: str) -> str:
    # 64 bits are enough: a value is only compared with the one before the edit, so one edit in 2**64 goes
    # unseen.  Short, because Snakemake prints it with the job.
    return hashlib.sha256(text.encode()).hexdigest()[:16]
