"""What an experiment takes on the disk, and the commit that recorded it."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sculpt.pipeline.record.dvc_cache import DvcCache
from sculpt.pipeline.record.dvc_record import DVC_LOCK, read_dvc_lock


@dataclass(frozen=True)
class Holding:
    """results: bytes below results/<name>. cached: bytes of its recorded files in DVC's cache, each content once; None
    where dvc.lock does not have the experiment. recorded: day and short hash of the commit that brought the recorded
    tables; None where there is no such commit."""

    results: int
    cached: int | None
    recorded: tuple[str, str] | None


def holdings(names: list[str], root: Path = Path(".")) -> dict[str, Holding]:
    """Of each experiment. Files are counted by their length, also those that share blocks with DVC's cache.

    Raises ValueError, which says what is wrong with dvc.lock, and DvcError.
    """
    path = root / DVC_LOCK
    stages = read_dvc_lock(path.read_bytes())["stages"] if path.exists() else {}
    cache = DvcCache(root) if stages else None
    return {name: _holding(name, stages, cache, root) for name in names}


def _holding(name: str, stages: dict[str, Any], cache: DvcCache | None, root: Path) -> Holding:
    files = (path for path in (root / "results" / name).rglob("*") if path.is_file())
    results = sum(path.stat().st_size for path in files)
    outs = [out for stage, entry in stages.items() if stage.endswith(f"@{name}") for out in entry.get("outs", [])]
    if cache is None or not outs:
        return Holding(results, None, None)
    held = {md5: path.stat().st_size for out in outs for md5, path in _objects(cache, out["md5"]) if path.is_file()}
    tables = next((out["md5"] for out in outs if out["path"] == f"results/{name}/summary"), None)
    return Holding(results, sum(held.values()), _brought(tables, root) if tables else None)


def _objects(cache: DvcCache, md5: str) -> list[tuple[str, Path]]:
    """Where the content of an output lies: of a folder its listing and each file; what was not fetched is not there."""
    found = [(md5, cache.path(md5))]
    if md5.endswith(".dir") and found[0][1].is_file():
        found += [(entry["md5"], cache.path(entry["md5"])) for entry in cache.listing(md5)]
    return found


def _brought(md5: str, root: Path) -> tuple[str, str] | None:
    """The last commit in which dvc.lock got or lost this hash: since it has it now, the one that brought it."""
    command = ["git", "log", "-1", "--format=%cs %h", f"-S{md5}", "--", DVC_LOCK]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    day, _, short = done.stdout.strip().partition(" ")
    return (day, short) if done.returncode == 0 and short else None
