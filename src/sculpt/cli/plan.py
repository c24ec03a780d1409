"""`sculpt plan`: what a run would do."""

from argparse import Namespace

from sculpt.pipeline.record.lock_import import bring_records
from sculpt.pipeline.run.plan import plan


def run(given: Namespace) -> None:
    bring_records(given.experiment)
    print(plan(given.experiment))
