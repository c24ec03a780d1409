"""`sculpt report`: one HTML file of a finished experiment."""

from argparse import Namespace

from sculpt.pipeline.record.lock_import import bring_records
from sculpt.pipeline.run.report import write_report


def run(given: Namespace) -> None:
    bring_records(given.experiment)
    print(write_report(given.experiment))
