"""Names imported late, inside functions, exist: plug-ins import so, and only a run would find one that is missing."""

import ast
from functools import cache
from importlib.util import resolve_name
from pathlib import Path

from sculpt.pipeline.identity.closure import PACKAGE_ROOT, is_bare, source_path


@cache
def defined(path: Path) -> set[str]:
    """The names that a module binds at its top level, also under `if` and `try`."""
    found = set()
    waiting = list(ast.parse(path.read_bytes()).body)
    while waiting:
        item = waiting.pop()
        if isinstance(item, ast.FunctionDef | ast.ClassDef):
            found.add(item.name)
        elif isinstance(item, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name.partition(".")[0] for alias in item.names}
        else:
            found |= {node.id for node in ast.walk(item) if isinstance(node, ast.Name)}
            waiting += [part for part in ast.iter_child_nodes(item) if isinstance(part, ast.stmt)]
    return found


def missing(path: Path) -> list[str]:
    module = ".".join(path.relative_to(PACKAGE_ROOT.parent).with_suffix("").parts).removesuffix(".__init__")
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    found = []
    for node in ast.walk(ast.parse(path.read_bytes())):
        if not isinstance(node, ast.ImportFrom):
            continue
        base = resolve_name("." * node.level + (node.module or ""), package)
        file = source_path(PACKAGE_ROOT, base)
        if file is None and not is_bare(PACKAGE_ROOT, base):
            continue
        names = {alias.name for alias in node.names if source_path(PACKAGE_ROOT, f"{base}.{alias.name}") is None}
        names -= {alias.name for alias in node.names if is_bare(PACKAGE_ROOT, f"{base}.{alias.name}")}
        found += [f"{module}: {base}.{name}" for name in sorted(names - (defined(file) if file else set()))]
    return found


def test_every_imported_name_is_defined_where_it_is_imported_from():
    assert [line for path in sorted(PACKAGE_ROOT.rglob("*.py")) for line in missing(path)] == []


def test_a_name_that_is_gone_is_told(tmp_path, monkeypatch):
    package = tmp_path / "sculpt"
    package.mkdir()
    (package / "one.py").write_text("HERE = 1\n")
    (package / "two.py").write_text("def late():\n    from sculpt.one import HERE, GONE\n    return HERE, GONE\n")
    monkeypatch.setattr("test_imports_exist.PACKAGE_ROOT", package)
    assert missing(package / "two.py") == ["sculpt.two: sculpt.one.GONE"]
