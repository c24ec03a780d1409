"""Tables as data frames; apart from the other formats, since importing pandas would cost every training job 0.4 s."""

from pathlib import Path
from typing import IO, Any

import pandas as pd

from sculpt.core.files import ArtifactError, first_line, must_exist, replacing


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table; numbers as the shortest decimals that read back the same."""
    with replacing(path) as temporary:
        table.to_csv(temporary, index=False, lineterminator="\n")


def read_table(path: Path) -> pd.DataFrame:
    """Read a table; an empty cell is a missing value, and no other is. Raises ArtifactError naming the file."""
    must_exist(path)
    if not Path(path).read_bytes().endswith(b"\n"):
        raise ArtifactError(f"{path}: unreadable table: its last line is cut")
    try:
        return parsed(path)
    except (ValueError, UnicodeDecodeError) as error:
        raise ArtifactError(f"{path}: unreadable table: {first_line(error)}") from None


def parsed(source: Path | IO[Any]) -> pd.DataFrame:
    """A table from a file, or from what is read like one; a group may be called NA, None or null."""
    return pd.read_csv(source, keep_default_na=False, na_values=[""])
