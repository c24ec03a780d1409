"""Which formats there are, and the fault of an export; imports nothing that computes."""

from sculpt.core.errors import SculptError
from sculpt.core.plugins import Kind
from sculpt.params.complaints import not_one_of

FORMATS = Kind(
    "export format", "export/formats", "content", ("network", "dense"), entry=False, constants=("SUFFIX", "FOR")
)
"""A module makes the bytes of a file. SUFFIX: how names of its files end. FOR: what the file is good for."""


class ExportError(SculptError):
    """A network cannot be exported so; the message says why, and what can."""


def must_be_format(format: str) -> None:
    """Raise ExportError, which names the nearest, for a format that there is not."""
    if format not in FORMATS.names:
        raise ExportError(f"--format: {not_one_of(format, FORMATS.names)}")
