"""`sculpt tidy`: remove what no job of an experiment makes any more, and record that it is gone."""

from argparse import Namespace
from pathlib import Path

from sculpt.params.load import load
from sculpt.pipeline.check.ownership import tidy
from sculpt.pipeline.record.lock_export import export
from sculpt.pipeline.run.alone import alone
from sculpt.pipeline.run.console import counted
from sculpt.pipeline.run.dvc_commit import commit


def run(given: Namespace) -> None:
    name, _ = load(Path("params.yaml")).select(given.experiment)
    with alone():
        gone = tidy(name)
        for file in gone:
            print(f"removed {file}")
        if gone:
            export(name)
            commit(name)
    print(f"{counted(len(gone), 'file')} removed")
