"""`sculpt params`: whether params.yaml and the plug-ins are usable, an experiment in full, the schema for editors."""

from argparse import Namespace
from pathlib import Path

from sculpt.params.experiment import described
from sculpt.params.load import load
from sculpt.params.schema import json_schema
from sculpt.params.shown import shown
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
    print(shown(*load(PARAMS).select(given.experiment)), end="")


def _schema(given: Namespace) -> None:
    print(json_schema(), end="")
