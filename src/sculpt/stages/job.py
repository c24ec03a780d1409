"""What every stage has: its arguments, its log, progress on the terminal, and faults as one line."""

import argparse
import importlib
import json
import os
import resource
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from sculpt.core.errors import SculptError, faults_as

SECONDS_BETWEEN_LINES = 3.0


class LogError(SculptError):
    """A job's log cannot be written; the message names it."""


class Job:
    """The log of one job (details) and its lines on the terminal (whole lines, at most one every few seconds)."""

    def __init__(self, label: str, log: Path):
        self.label = label
        with faults_as(LogError, log):
            log.parent.mkdir(parents=True, exist_ok=True)
            self._log = log.open("w", buffering=1)
        self._start = self._last = time.monotonic()
        self._epochs = 0

    def log(self, line: str) -> None:
        with faults_as(LogError, self._log.name):
            self._log.write(f"{line}\n")

    def tell(self, line: str) -> None:
        """A line on the terminal, written whole, so that parallel jobs do not mix, and in the log."""
        os.write(sys.stderr.fileno(), f"{self.label}: {line}\n".encode())
        self.log(line)

    def counter(self, what: str, total: int) -> Callable[[int], None]:
        """A function that takes how many more are done, and tells every few seconds how far that is."""
        start, done = time.monotonic(), 0
        self._last = start

        def add(more: int) -> None:
            nonlocal done
            done += more
            now = time.monotonic()
            if now - self._last > SECONDS_BETWEEN_LINES:
                self._last = now
                self.tell(f"{what} {done:,} of {total:,}, {(now - start) / done * (total - done):.0f} s left")

        return add

    def progress(self, done: int, total: int, loss: float) -> None:
        """After each epoch: always logged, told every few seconds."""
        now = time.monotonic()
        self._epochs += 1  # of this process: one that goes on from an epoch checkpoint did not train those before
        left = (now - self._start) / self._epochs * (total - done)
        line = f"epoch {done}/{total}, loss {loss:.4f}, {left:.0f} s left"
        if now - self._last > SECONDS_BETWEEN_LINES and done < total:
            self._last = now
            self.tell(line)
        else:
            self.log(line)


def run(stage: str, arguments: list[str]) -> None:
    """Run the stage module of that name. A fault of the user's or the machine's becomes one line and exit code 1.

    Its arguments: --config (canonical settings), --label, --log, --source, --threads, and a path for each of the
    module's PATHS.
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
    given = parser.parse_args(arguments)
    try:
        _perform(module, given)
    except LogError as error:
        print(f"{given.label}: error: {error}", file=sys.stderr)
        sys.exit(1)


def _perform(module: ModuleType, given: argparse.Namespace) -> None:
    job = Job(given.label, given.log)
    try:
        module.main(given, job)
    except Exception as error:
        # Here, since it imports torch, which whoever only plans does without.
        from sculpt.stages.faults import machine_fault

        fault = error if isinstance(error, SculptError) else machine_fault(error, given.config)
        if fault is None:
            job.log(traceback.format_exc())
            raise
        job.tell(f"error: {fault}")
        sys.exit(1)
    finally:
        used = resource.getrusage(resource.RUSAGE_SELF)
        # Snakemake's own benchmark sees only the thin process that asked the preloaded parent for this one.
        job.log(f"{used.ru_utime + used.ru_stime:.2f} CPU s, peak memory {used.ru_maxrss // 1024} MiB")
