"""`sculpt params`: whether params.yaml and the plug-ins are usable, an experiment in full, the schema for editors."""

import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sculpt.params.experiment import described
from sculpt.params.load import load
from sculpt.params.schema import json_schema
from sculpt.pipeline.dag.grid import Grid
from sculpt.pipeline.run.console import counted

PARAMS = Path("params.yaml")


def run(given: Namespace) -> None:
    {"check": _check, "show": _show, "schema": _schema}[given.action](given)


def _check(given: Namespace) -> None:
    """The plug-ins are sound already: `sculpt.cli.main` refuses any other."""
    params = load(PARAMS)
    for name, experiment in params.experiments.items():
        Grid(name, described(experiment))
    print(f"{PARAMS}: {counted(len(params.experiments), 'experiment')}, no fault")


def _show(given: Namespace) -> None:
    """An experiment as it is, after what it is based on."""
    name, experiment = load(PARAMS).select(given.experiment)
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style, writer.sort_base_mapping_type_on_output = None, False
    writer.width = 120
    writer.dump({name: _named_first(experiment.model_dump(mode="json", exclude_none=True))}, sys.stdout)


def _named_first(value: Any) -> Any:
    """Sections with the key that chooses the plug-in before its settings, as a person writes them."""
    if isinstance(value, list):
        return [_named_first(item) for item in value]
    if not isinstance(value, dict):
        return value
    keys = sorted(value, key=lambda key: key not in ("name", "method"))
    return {key: _named_first(value[key]) for key in keys}


def _schema(given: Namespace) -> None:
    print(json_schema(), end="")
