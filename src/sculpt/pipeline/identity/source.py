"""The source identity of a job: a short string that changes when the code behind the job changes.

Snakemake compares the parameters of a rule with those of the run that made its output, but does not see an
edit of a module which the rule's program imports.  A rule therefore carries

    params: source=source_identity("sculpt.stages.train_node", ("sculpt.models.architectures.resnet20",))

and is run again when code that can influence its result was edited, and only then.

`closure` says which code counts, `outside` what never does, `syntax` what counts as an edit.

*Which libraries.*  The numeric ones that those modules import, by installed version: results can change with
them.  Others, such as a parser of configuration files, would only cause needless runs.

The modules are read, never imported (importing torch alone takes longer than reading them all).
"""

import ast
import importlib.metadata
import json
from functools import cache
from pathlib import Path

from sculpt.pipeline.identity.closure import PACKAGE_ROOT, closure, source_path
from sculpt.pipeline.identity.outside import counted
from sculpt.pipeline.identity.syntax import short_hash, tree_digest

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
"""Import name -> distribution name."""


@cache
def installed_version(library: str) -> str:
    """The version of a library, without the name of its build: PyTorch's own index says +cpu, PyPI says nothing."""
    return importlib.metadata.version(library).partition("+")[0]


def source_identity(module: str, chosen: tuple[str, ...] = (), *, root: Path = PACKAGE_ROOT) -> str:
    """The identity of the code that runs when ``module`` runs and imports the ``chosen`` modules by name.

    It is made of `module_digests` and `library_versions`, is the same on every supported Python version, and
    raises what they raise.
    """
    parts = [module_digests(module, chosen, root=root), library_versions(module, chosen, root=root)]
    return short_hash(json.dumps(parts, sort_keys=True))


def module_digests(module: str, chosen: tuple[str, ...] = (), *, root: Path = PACKAGE_ROOT) -> dict[str, str]:
    """Full name -> digest of the syntax tree, for every first-party module that the job can run.

    ``root`` is the directory of the first-party package, whose name it bears. Raises what `closure` raises.
    """
    return {name: found.digest for name, found in closure(root, module, chosen).items()}


def library_versions(module: str, chosen: tuple[str, ...] = (), *, root: Path = PACKAGE_ROOT) -> dict[str, str]:
    """Distribution name -> installed version, for every numeric library that those modules import.

    Raises importlib.metadata.PackageNotFoundError where one is not installed, and what `closure` raises.
    """
    names = frozenset().union(*(found.others for found in closure(root, module, chosen).values()))
    libraries = sorted(NUMERIC_LIBRARIES[name] for name in names & NUMERIC_LIBRARIES.keys())
    return {library: installed_version(library) for library in libraries}


def definitions(module: str, *, root: Path = PACKAGE_ROOT) -> dict[str, str]:
    """Qualified name -> digest for each function and method of a module; the rest of it stands under "".

    The rest of a class (its bases, fields and decorators) stands under the name of the class. What does not count
    (`outside.counted`) is left out.
    """
    tree = counted(ast.parse(source_path(root, module).read_bytes()), module)
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
