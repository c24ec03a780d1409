"""What it takes to start a job: forked from the preloaded parent, and as a process of its own."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stderr
from functools import partial
from pathlib import Path

from rounds import Row, interleaved, ratios

from sculpt.core.processes import environment_of
from sculpt.pipeline.run.preloaded import preloaded
from sculpt.stages.jobs.process import perform

DATA = {"name": "digits", "train": 1000, "validation": 297, "test": 500, "size": 8}
INIT = {"model": {"name": "resnet20", "width": 8}, "seeds": [0, 1, 2]}


def rows(rounds: int) -> list[Row]:
    """The wall seconds of a short job beyond those of the same work in a process that has everything imported."""
    with tempfile.TemporaryDirectory() as temporary, preloaded([environment_of(INIT)]) as parent:
        folder = Path(temporary)
        common = ["--label", "start-up", "--log", str(folder / "log")]
        prepare = [*common, "--config", json.dumps({"data": DATA}), "--out", str(folder / "data")]
        init = [*common, "--config", json.dumps(INIT), "--data", str(folder / "data"), "--out", str(folder / "init")]
        _here("prepare_data", prepare)()
        variants = {
            "work": partial(_here, "initialize", init),
            "forked": partial(_as_job, "initialize", init, parent),
            "own": partial(_as_job, "initialize", init, dict(os.environ)),
        }
        found = interleaved(variants, rounds)
    forked, own = ([a - b for a, b in zip(found[name], found["work"], strict=True)] for name in ("forked", "own"))
    return [
        Row("start of a job forked from the preloaded parent", forked, "s", at_most=0.3),
        Row("start of a job as a process of its own", own, "s"),
        Row("... against the forked one", ratios(own, forked)),
    ]


def _here(stage: str, arguments: list[str]) -> Callable[[], float]:
    def work() -> None:
        with open(os.devnull, "w") as quiet, redirect_stderr(quiet):
            perform(stage, arguments)

    return _wall(work)


def _as_job(stage: str, arguments: list[str], environment: dict[str, str]) -> Callable[[], float]:
    command = [sys.executable, "-m", "sculpt.stages", stage, *arguments]
    return _wall(lambda: subprocess.run(command, check=True, env=environment, stderr=subprocess.DEVNULL))


def _wall(work: Callable[[], object]) -> Callable[[], float]:
    def seconds() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return seconds
