"""`sculpt reproduce`: a run, then where the figures are and what the claims came to."""

from argparse import Namespace
from pathlib import Path

from sculpt.core.files import read_json
from sculpt.pipeline.run.alone import RunError
from sculpt.pipeline.run.reproduce import reproduce
from sculpt.statistics.judgement.terminal import table


def run(given: Namespace) -> None:
    name, faults = reproduce(given.experiment, given.profile, given.store)
    print(f"\nFigures: figures/{name}/   Results: results/{name}/summary/summary.csv\n")
    print(table(read_json(Path(f"results/{name}/summary/claims.json"))))
    if faults:
        raise RunError("\n".join(faults))
