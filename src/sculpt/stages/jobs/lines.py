"""A job's lines: its log, its progress on the terminal, and a fault as one line. Nothing here shapes a result."""

import logging
import os
import resource
import sys
import time
import traceback
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from sculpt.core.errors import SculptError, faults_as

SECONDS_BETWEEN_LINES = 3.0
LOGGER = logging.getLogger("sculpt")


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

    @property
    def file(self) -> str:
        """Where its log lies."""
        return self._log.name

    def log(self, line: str) -> None:
        with faults_as(LogError, self._log.name):
            self._log.write(f"{line}\n")

    def tell(self, line: str) -> None:
        """A line on the terminal and in the log."""
        _show(f"{self.label}: {line}")
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


class _Told(logging.Handler):
    """What the science says through Python's `logging`, since it knows no job: lines of the job that runs it."""

    def __init__(self, job: Job):
        super().__init__()
        self._job = job

    def emit(self, record: logging.LogRecord) -> None:
        self._job.tell(record.getMessage())


def with_lines(main: Callable[[Namespace, Job], None], given: Namespace) -> None:
    """Run the main function of a stage. A fault of the user's or the machine's becomes one line and exit code 1."""
    try:
        _perform(main, given)
    except LogError as error:
        _show(f"{given.label}: error: {error}")
        sys.exit(1)


def _show(line: str) -> None:
    """Write a whole line at once, so that parallel jobs do not mix, and a newline before it.

    Snakemake writes a message and its newline apart: without one of its own, a line between the two joins the message.
    """
    os.write(sys.stderr.fileno(), f"\n{line}\n".encode())


def _perform(main: Callable[[Namespace, Job], None], given: Namespace) -> None:
    job = Job(given.label, given.log)
    told = _Told(job)
    LOGGER.addHandler(told)
    LOGGER.setLevel(logging.INFO)
    try:
        main(given, job)
    except Exception as error:
        # Here, since it imports torch, which whoever only plans does without.
        from sculpt.stages.jobs.faults import machine_fault

        fault = error if isinstance(error, SculptError) else machine_fault(error, given.config)
        if fault is None:
            job.log(traceback.format_exc())
            raise
        job.tell(f"error: {fault}")
        sys.exit(1)
    finally:
        LOGGER.removeHandler(told)
        used = resource.getrusage(resource.RUSAGE_SELF)
        # Snakemake's own benchmark sees only the thin process that asked the preloaded parent for this one.
        job.log(f"{used.ru_utime + used.ru_stime:.2f} CPU s, peak memory {used.ru_maxrss // 1024} MiB")
