"""`sculpt plan`: what a run would do."""

from argparse import Namespace

from sculpt.pipeline.plan.plan import plan
from sculpt.pipeline.record.lock_import import bring_records


def run(given: Namespace) -> None:
    bring_records(given.experiment)
    print(plan(given.experiment))
