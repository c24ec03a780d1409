"""`sculpt docs`: everything that is generated and committed."""

import argparse
from pathlib import Path

from sculpt.cli.documents.commands import commands
from sculpt.cli.documents.keys import heading, keys, told
from sculpt.cli.documents.python import python
from sculpt.cli.main import parser
from sculpt.core.kinds import ALL
from sculpt.core.plugins import Kind
from sculpt.params.load import load, read
from sculpt.params.schema import json_schema
from sculpt.pipeline.dag.dvc_yaml import dvc_yaml

_HEAD = """\
# Reference

Every key of params.yaml, and every plug-in with the keys of its entry. Written by `make docs` from the schema and from
the modules themselves; [how to add a plug-in](extending.md).
"""


def run(given: argparse.Namespace) -> None:
    for file in write_docs():
        print(f"written {file}")


def generated(root: Path = Path(".")) -> dict[str, str]:
    """The text of each generated file, by its path below the repository."""
    raw = read(root / "params.yaml")
    recorded = list(load(root / "params.yaml").recorded)
    return {
        "docs/params.schema.json": json_schema(),
        "docs/reference.md": _HEAD + keys() + "".join(_section(kind) for kind in ALL),
        "docs/commands.md": commands(parser()),
        "docs/python-reference.md": python(),
        "dvc.yaml": dvc_yaml(recorded, raw["experiments"]),
    }


def write_docs(root: Path = Path(".")) -> list[str]:
    """Write the generated files; returns those that changed."""
    changed = []
    for file, text in generated(root).items():
        path = root / file
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            changed.append(file)
    return changed


def _section(kind: Kind) -> str:
    lines = [f"\n## {heading(kind)}\n"]
    for name in kind.names:
        lines.append(f"- `{name}`: {kind.summary(name)}")
        if kind.entry:
            fields = kind.settings(name).model_fields
            lines += [f"  - `{key}`: {told(field)}" for key, field in fields.items() if key != kind.tag]
    return "\n".join(lines) + "\n"
