"""Where raw data lie: downloads, and a user's tables of groups."""

import os
from pathlib import Path

DEFAULT_ROOT = Path("data/raw")


def data_root() -> Path:
    """The folder that SCULPT_DATA names, or data/raw."""
    return Path(os.environ.get("SCULPT_DATA", DEFAULT_ROOT)).expanduser()
