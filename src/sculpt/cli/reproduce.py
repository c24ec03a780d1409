"""`sculpt reproduce`: a run, then where the figures are and what the claims came to."""

from argparse import Namespace
from pathlib import Path

from sculpt.core.files import read_json
from sculpt.engine import library
from sculpt.engine.errors import EngineError
from sculpt.params.load import load
from sculpt.pipeline.run.alone import RunError
from sculpt.pipeline.run.reproduce import reproduce
from sculpt.statistics.judgement.terminal import table


def run(given: Namespace) -> None:
    _need_kernels(given.experiment)
    name, faults = reproduce(given.experiment, given.profile, given.store)
    print(f"\nFigures: figures/{name}/   Results: results/{name}/summary/summary.csv\n")
    claims, untested = (read_json(Path(f"results/{name}/summary/{file}.json")) for file in ("claims", "untested"))
    print(table(claims, untested))
    if faults:
        raise RunError("\n".join(faults))


def _need_kernels(experiment: str | None) -> None:
    """Raises EngineError where an experiment computes with kernels that cannot be used here, before any job says so."""
    try:
        library.load()
    except EngineError:
        _, settings = load(Path("params.yaml")).select(experiment)
        if any(profile.engine == "kernels" for profile in settings.profiles.values()):
            raise
