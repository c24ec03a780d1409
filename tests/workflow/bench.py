"""A tree that each test gets as its source is, without copying all of it again.

A copy of the finished checkout is over a thousand files, and most tests edit a handful. So a worker has one copy, and
what the test before has changed there is put back: files whose inode or change time is not what it was when they were
copied (no program can set that time), files that are gone, and files that are new.
"""

import os
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path

TICK = 0.02
"""Seconds after which a file that is written has another change time, on file systems that count in ticks."""


class Bench:
    """The one copy of a worker. It goes where each test wants it, since DVC knows files by their paths and times."""

    def __init__(self, source: Path, folder: Path):
        folder.mkdir()
        self.source, self.folder = source, folder
        self.known: dict[str, tuple[int, ...]] = {}

    def restored(self, target: Path) -> Path:
        """The target, in which every file, link and folder is that of the source, and nothing else is."""
        self.folder = self.folder.rename(target)
        there = stamps(self.folder)
        for name in sorted(there.keys() - self.known.keys(), reverse=True):  # what is in a folder before the folder
            _remove(self.folder / name)
        changed = [name for name, stamp in stamps(self.source).items() if self.known.get(name, ()) != there.get(name)]
        for name in changed:
            _bring(self.source / name, self.folder / name)
        if changed:
            self.known = stamps(self.folder)
            time.sleep(TICK)
        return self.folder


def stamps(folder: Path) -> dict[str, tuple[int, ...]]:
    """Each name below a folder, a folder before what is in it, and what changes when somebody writes there."""
    return dict(_stamps(os.fspath(folder), ""))


def _stamps(folder: str, prefix: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            found = entry.stat(follow_symlinks=False)
            name = prefix + entry.name
            if stat.S_ISDIR(found.st_mode):
                yield name, (found.st_mode,)
                yield from _stamps(entry.path, f"{name}/")
            else:
                yield name, (found.st_mode, found.st_ino, found.st_size, found.st_ctime_ns)


def _bring(source: Path, target: Path) -> None:
    if source.is_dir() and not source.is_symlink():
        if target.is_symlink() or not target.is_dir():
            _remove(target)
            target.mkdir(parents=True)
        shutil.copystat(source, target)
    else:
        _remove(target)
        shutil.copy2(source, target, follow_symlinks=False)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
