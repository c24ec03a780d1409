"""Which git revision recorded a file."""

import subprocess
from pathlib import Path

from sculpt.pipeline.record.lock import LOCK


def recorded_by(file: str, sha256: str, root: Path = Path(".")) -> str | None:
    """Hash, date and title of the first revision whose lock names these bytes of a file; None where git has none.

    A merge counts, and what was on the merged branch before does not.
    """
    return _last(root, "--first-parent", "-m", "--no-patch", f'-S"{file}": "{sha256}"', "--", LOCK)


def held_by_git(file: str, root: Path = Path(".")) -> str | None:
    """Hash, date and title of the last revision that changed a file; None for one that git does not track."""
    tracked = subprocess.run(["git", "ls-files", "--error-unmatch", "--", file], cwd=root, capture_output=True)
    return None if tracked.returncode else _last(root, "-1", "--", file)


def _last(root: Path, *arguments: str) -> str | None:
    command = ["git", "log", "--format=%h of %cs (%s)", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, errors="replace")
    return (done.stdout.splitlines() or [None])[-1] if done.returncode == 0 else None
