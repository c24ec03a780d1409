"""Commands that a message tells a person to type, so that they do what the message says."""

from pathlib import Path

from ruamel.yaml import YAML


def make(target: str, name: str, root: Path = Path(".")) -> str:
    """`make <target>` for an experiment, which has to be named where it is not the one that params.yaml chooses."""
    return f"`make {target}{'' if _is_chosen(name, root) else f' EXPERIMENT={name}'}`"


def sculpt(arguments: str, name: str, root: Path = Path(".")) -> str:
    """`.venv/bin/sculpt <arguments>`, likewise."""
    return f"`.venv/bin/sculpt {arguments}{'' if _is_chosen(name, root) else f' --experiment {name}'}`"


def _is_chosen(name: str, root: Path) -> bool:
    return YAML(typ="safe", pure=True).load(root / "params.yaml")["experiment"] == name
