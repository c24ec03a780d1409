"""`sculpt plan`: what a run would do."""

from argparse import Namespace

from sculpt.cli.shapes import asked_for
from sculpt.pipeline.plan.plan import plan


def run(given: Namespace) -> None:
    print(plan(given.experiment, asked_for, given.verbose))
