"""What it takes to start a job: forked from the preloaded parent, and as a process of its own."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stderr
from pathlib import Path

from rounds import Row, interleaved, ratios

from sculpt.stages.job import run
from sculpt.workflow.preloaded import preloaded

DATA = {"name": "digits", "train": 1000, "validation": 297, "test": 500, "size": 8}
INIT = {"model": {"name": "resnet20", "width": 8}, "seeds": [0, 1, 2]}


def rows(rounds: int) -> list[Row]:
    """The wall seconds of a short job beyond those of the same work in a process that has everything imported."""
    with (
        tempfile.TemporaryDirectory() as temporary,
        preloaded() as parent,
        open(os.devnull, "w") as quiet,
        redirect_stderr(quiet),
    ):
        folder = Path(temporary)
        common = ["--label", "start-up", "--log", str(folder / "log")]
        run("prepare_data", [*common, "--config", json.dumps({"data": DATA}), "--out", str(folder / "data")])
        work = [*common, "--config", json.dumps(INIT), "--data", str(folder / "data"), "--out", str(folder / "init")]
        command = [sys.executable, "-m", "sculpt.stages", "initialize", *work]
        found = interleaved(
            {
                "work": _wall(lambda: run("initialize", work)),
                "forked": _wall(lambda: subprocess.run(command, check=True, env=parent, stderr=quiet)),
                "own": _wall(lambda: subprocess.run(command, check=True, env=dict(os.environ), stderr=quiet)),
            },
            rounds,
        )
    forked, own = ([a - b for a, b in zip(found[name], found["work"], strict=True)] for name in ("forked", "own"))
    return [
        Row("start of a job forked from the preloaded parent", forked, "s", at_most=0.3),
        Row("start of a job as a process of its own", own, "s"),
        Row("... against the forked one", ratios(own, forked)),
    ]


def _wall(work: Callable[[], object]) -> Callable[[], float]:
    def seconds() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return seconds
