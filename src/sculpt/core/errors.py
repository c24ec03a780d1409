"""The one base of every fault that a person can mend."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class SculptError(Exception):
    """A fault whose message is one line that names the file, key, node or epoch; no traceback is shown for it."""


@contextmanager
def faults_as(kind: type[SculptError], file: Path | str = "") -> Iterator[None]:
    """Give a fault of the file system as a line that names the file: its own, or the one given where it has none."""
    try:
        yield
    except OSError as error:
        raise kind(f"{error.filename or file}: {error.strerror}") from None
