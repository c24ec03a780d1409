"""DVC's cache of this repository, as files: each lies under its md5, and a folder is a listing of its files."""

import hashlib
import json
from pathlib import Path

from dvc.config import Config, ConfigError

from sculpt.core.errors import SculptError


class DvcError(SculptError):
    """DVC's configuration cannot be read; the message says why."""


class DvcCache:
    """DVC's cache of the repository at `root`: .dvc/cache, or where DVC's configuration has it. Raises DvcError."""

    def __init__(self, root: Path):
        try:
            folder = Config(str(root / ".dvc"))["cache"].get("dir")
        except ConfigError as error:
            raise DvcError(f"DVC: {' '.join(str(error).split())}") from None
        self._files = Path(folder or root / ".dvc/cache") / "files/md5"

    def path(self, md5: str) -> Path:
        """Where the file, or the listing of a folder, with this md5 lies."""
        return self._files / md5[:2] / md5[2:]

    def listing(self, md5: str) -> list[dict[str, str]]:
        """The listing of a folder: md5 and relpath of each file.

        md5: as dvc.lock has it, with .dir at its end. Raises FileNotFoundError, and ValueError where it is damaged.
        """
        content = self.path(md5).read_bytes()
        if listing_md5(content) != md5:
            raise ValueError(
                "is damaged: its md5 is not its name; delete it, and `.venv/bin/dvc commit` or `.venv/bin/dvc pull` "
                "brings it back"
            )
        return json.loads(content)


def listing_md5(content: bytes) -> str:
    """What dvc.lock has for a folder: the md5 of the listing of its files, marked as that."""
    return f"{hashlib.md5(content, usedforsecurity=False).hexdigest()}.dir"
