"""What `tidy` would remove: what no job makes any more, and all of experiments that params.yaml has no more."""

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sculpt.pipeline.plan.sizes import in_bytes
from sculpt.pipeline.record.dropped import recorded
from sculpt.pipeline.record.dvc_cache import DvcCache
from sculpt.pipeline.record.dvc_record import files_below, hashed
from sculpt.pipeline.run.console import counted

FOLDERS = ("results", "figures", "logs")
IN_GIT, IN_DVC, NOWHERE = "git has them", "DVC's cache has them", "only a run brings them back"


@dataclass(frozen=True)
class Found:
    """Files of one folder. kept: where each other copy lies, IN_GIT, IN_DVC or NOWHERE, with how many files and bytes
    have it there.
    """

    place: str
    kept: dict[str, tuple[int, int]]

    def __str__(self) -> str:
        parts = [f"{counted(files, 'file')}, {in_bytes(size)}: {where}" for where, (files, size) in self.kept.items()]
        return f"{self.place}: {'; '.join(parts)}"


def found(files: Iterable[str], in_git: frozenset[str], root: Path = Path(".")) -> list[Found]:
    """These files by the folder that they lie in, two below results and the like. in_git: the files that git
    has (`tracked`).

    DVC's cache has a file where it holds these very bytes, whatever its lock says of them now.
    """
    cache = DvcCache(root)
    folders: dict[str, dict[str, tuple[int, int]]] = {}
    for file in files:
        read = hashed(root / file)
        size = read.size if read else 0
        where = IN_GIT if file in in_git else IN_DVC if read and cache.path(read.md5).exists() else NOWHERE
        kept = folders.setdefault("/".join(file.split("/")[:3][: max(2, file.count("/"))]), {})
        count, bytes_there = kept.get(where, (0, 0))
        kept[where] = (count + 1, bytes_there + size)
    return [Found(place, kept) for place, kept in sorted(folders.items())]


def gone(experiments: Iterable[str], root: Path = Path(".")) -> list[str]:
    """Experiments that are not among these, and have files below results, figures or logs, or an entry in a lock."""
    there = {path.name for folder in FOLDERS for path in (root / folder).glob("*") if path.is_dir()}
    return sorted((there | recorded(root)) - set(experiments))


def files_of(name: str, root: Path = Path(".")) -> list[str]:
    """All files of an experiment below results, figures and logs, sorted."""
    return sorted(file for folder in FOLDERS for file in files_below(root, f"{folder}/{name}"))


def tracked(root: Path = Path(".")) -> frozenset[str]:
    """The files below those folders that git has as they are; none where there is no repository."""
    commands = (["ls-files", "-z"], ["ls-files", "-z", "--modified", "--deleted"])
    said = [subprocess.run(["git", *words, "--", *FOLDERS], cwd=root, capture_output=True) for words in commands]
    listed, edited = (frozenset(done.stdout.decode(errors="replace").split("\0")) for done in said)
    return listed - edited
