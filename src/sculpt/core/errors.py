"""The one base of every fault that a person can mend, and a fault of a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple


class SculptError(Exception):
    """A fault whose message is one line that names the file, key, node or epoch; no traceback is shown for it."""


class Fault(NamedTuple):
    """What is wrong with a file: its path, relative to the repository, and the reason in one line."""

    file: str
    reason: str


@contextmanager
def faults_as(kind: type[SculptError], file: Path | str = "") -> Iterator[None]:
    """Raise a fault of the file system as a line that names the file: its own, or the one given where it has none."""
    try:
        yield
    except OSError as error:
        raise kind(f"{error.filename or file}: {error.strerror}") from None
