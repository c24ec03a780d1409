"""What stands outside the identity of every job's code: it can change nothing that a job computes."""

import ast

OUTSIDE = {
    "sculpt.core.settings": "checks params.yaml; a job gets the checked values as its settings",
    "sculpt.core.plugins": "finds a plug-in by its name; the module that it finds counts",
    "sculpt.core.plugin_text": "reads the text of plug-ins for the check of them",
    "sculpt.core.kinds": "says where plug-ins lie; the modules that a job finds there count",
    "sculpt.core.errors": "the form of error lines",
    "sculpt.stages.jobs.faults": "error lines for what the machine does to a job",
    "sculpt.stages.jobs.lines": "log lines, and the seconds between them",
    "sculpt.training.device.lease": "chooses among devices of one kind, which compute the same bits",
}
"""Full name of a module -> why an edit of it cannot change a result. Its own imports are not followed either."""


INTERFACE = "sculpt"
"""The package's own `__init__`: public names that are imported when a person asks for them. It counts as an empty
module. No module of the package may take a name from it (`closure.imports` refuses that), so no job runs what it
names."""


def counted(tree: ast.Module, module: str) -> ast.Module:
    """A module without its class `Settings`, and without the imports whose names only that class uses.

    `Settings` says what params.yaml may hold. A job gets the values, and its settings string names each.
    """
    if module == INTERFACE:
        return ast.Module([], [])
    settings = [item for item in tree.body if isinstance(item, ast.ClassDef) and item.name == "Settings"]
    if not settings:
        return tree
    rest = [item for item in tree.body if item not in settings]
    only_there = _names(settings) - _names(rest)
    kept = [part for item in rest if (part := _without(item, only_there)) is not None]
    return ast.Module(kept, tree.type_ignores)


def _names(items: list[ast.stmt]) -> set[str]:
    """The names that statements use; a quoted annotation is read as the expression that it is."""
    found = set()
    for node in (node for item in items for node in ast.walk(item)):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            found.add(node.value)  # also what __all__ lists
    return found


def _without(item: ast.stmt, names: set[str]) -> ast.stmt | None:
    if not isinstance(item, ast.Import | ast.ImportFrom):
        return item
    kept = [alias for alias in item.names if (alias.asname or alias.name.partition(".")[0]) not in names]
    if len(kept) == len(item.names):
        return item
    if not kept:
        return None
    if isinstance(item, ast.Import):
        return ast.Import(kept)
    return ast.ImportFrom(item.module, kept, item.level)
