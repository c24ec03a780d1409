"""`sculpt docs`: everything that is generated and committed."""

import argparse
from pathlib import Path

from sculpt.core.kinds import ALL
from sculpt.core.plugins import Kind
from sculpt.params.load import load, read
from sculpt.params.schema import json_schema
from sculpt.pipeline.dag.dvc_yaml import dvc_yaml

_HEAD = """\
# Reference

Every plug-in, with the keys of its entry in params.yaml. Written by `make docs` from the modules themselves;
[how to add one](extending.md).
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
        "docs/reference.md": _HEAD + "".join(_section(kind) for kind in ALL),
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
    signature = f"`{kind.function}({', '.join(kind.parameters)})`"
    lines = [f"\n## {kind.noun.capitalize()}: `src/sculpt/{kind.folder}/`, {signature}\n"]
    for name in kind.names:
        lines.append(f"- `{name}`: {kind.summary(name)}")
        if kind.entry:
            fields = kind.settings(name).model_fields
            lines += [f"  - `{key}`: {_told(field)}" for key, field in fields.items() if key != kind.tag]
    return "\n".join(lines) + "\n"


def _told(field) -> str:
    words = field.description or str(getattr(field.annotation, "__name__", field.annotation)).replace("typing.", "")
    return words if field.is_required() else f"{words} (optional)"
