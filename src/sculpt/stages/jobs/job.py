"""From a stage's arguments to a call of its main function."""

import argparse
import importlib
import json
from pathlib import Path

from sculpt.stages.jobs.lines import Job as Job
from sculpt.stages.jobs.lines import with_lines


def run(stage: str, arguments: list[str]) -> None:
    """Run the stage module of that name. A fault of the user's or the machine's becomes one line and exit code 1.

    Its arguments: --config (canonical settings), --label, --log, --source, --threads, a path for each of the module's
    PATHS, and any number of them for each of its LISTS, if it has some.
    """
    module = importlib.import_module(f"sculpt.stages.{stage}")
    parser = argparse.ArgumentParser(prog=f"python -m sculpt.stages {stage}", description=module.__doc__)
    parser.add_argument("--config", type=json.loads, required=True, help="canonical settings, as JSON")
    parser.add_argument("--label", required=True, help="the job's name in its lines")
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--source", help="identity of the code; training jobs that are given it keep epoch checkpoints")
    parser.add_argument("--threads", type=int, default=1, help="threads that the job may use; its output is the same")
    for name in module.PATHS:
        parser.add_argument(f"--{name}", type=Path, nargs="?")
    for name in getattr(module, "LISTS", ()):
        parser.add_argument(f"--{name}", type=Path, nargs="*", default=[])
    given = parser.parse_args(arguments)
    with_lines(module.main, given)
