"""One run at a time in a folder."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from sculpt.core.errors import SculptError

RUNNING = Path(".snakemake/sculpt.lock")


class RunError(SculptError):
    """A run cannot start or did not end well."""


@contextmanager
def alone() -> Iterator[None]:
    """Hold this folder for one run, and clear away what a killed run left; RunError where another is at work."""
    try:
        RUNNING.parent.mkdir(exist_ok=True)
        lock = RUNNING.open("a+")
    except OSError as error:
        raise RunError(f"{error.filename}: {error.strerror}; a run must be able to write in this folder") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise RunError(
                f"another run (process {lock.read().strip()}) is at work in this folder; wait for its end"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        if any(RUNNING.parent.glob("locks/*")):
            _unlock()
        yield


def _unlock() -> None:
    here = os.getcwd()
    for process in psutil.process_iter(["pid", "cmdline", "cwd"]):
        words = process.info["cmdline"] or []
        if process.info["cwd"] == here and any(Path(word).name == "snakemake" for word in words):
            raise RunError(f"snakemake (process {process.info['pid']}) is at work in this folder; wait for its end")
    subprocess.run([sys.executable, "-m", "snakemake", "--unlock"], check=True, stderr=subprocess.DEVNULL)
