"""Tables as data frames; apart from the other formats, since importing pandas would cost every training job 0.4 s."""

from pathlib import Path

import pandas as pd

from sculpt.core.files import ArtifactError, first_line, must_exist, replacing


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table; numbers as the shortest decimals that read back the same."""
    with replacing(path) as temporary:
        table.to_csv(temporary, index=False, lineterminator="\n")


def read_table(path: Path) -> pd.DataFrame:
    """Read a table. Raises ArtifactError naming the file."""
    must_exist(path)
    if not Path(path).read_bytes().endswith(b"\n"):
        raise ArtifactError(f"{path}: unreadable table: its last line is cut")
    try:
        return pd.read_csv(path)
    except (ValueError, UnicodeDecodeError) as error:
        raise ArtifactError(f"{path}: unreadable table: {first_line(error)}") from None
