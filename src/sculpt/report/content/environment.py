"""With what an experiment was made: revision, libraries, processors, as the lock says; no name of a machine."""

import platform
import subprocess
from pathlib import Path

from sculpt.pipeline.record.lock import LOCK, Lock, entries_of, read_lock

REVISION = "revision"


def environment(name: str, root: Path) -> list[tuple[str, str]]:
    """Pairs of what and which. Raises ProvenanceError on a lock that cannot be read."""
    path = root / LOCK
    lock = read_lock(path) if path.exists() else None
    pairs = [(REVISION, _revision(root)), ("Python", platform.python_version())]
    if lock is None or name not in lock["experiments"]:
        return [*pairs, ("recorded in provenance.lock.json", "no")]
    return [*pairs, ("recorded in provenance.lock.json", "yes"), *_recorded(lock, name)]


def _recorded(lock: Lock, name: str) -> list[tuple[str, str]]:
    fingerprint = lock["experiments"][name]["fingerprint"]
    libraries = ", ".join(f"{library} {version}" for library, version in sorted(fingerprint["libraries"].items()))
    found = [entry["fingerprint"] for entry in entries_of(lock, name)]
    processors = sorted({one["processor"] for one in found if one["processor"] != "any"})
    devices = sorted({one["device"] for one in found if one.get("device")})
    everywhere = sum(one["processor"] == "any" for one in found)
    pairs = [
        ("libraries", libraries),
        ("device", ", ".join(devices)),
        ("jobs with the same bits on every processor", f"{everywhere} of {len(found)}"),
    ]
    pairs += [("processor of the others", "; ".join(processors))] if processors else []
    return pairs + ([("kernels", fingerprint["kernels"])] if "kernels" in fingerprint else [])


def _revision(root: Path) -> str:
    """The short hash of the checkout, and whether it has changes; `none` without git."""
    try:
        head = _git(root, "rev-parse", "--short", "HEAD")
        changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    except (FileNotFoundError, subprocess.CalledProcessError):
        return "none: not a git checkout"
    return f"{head} with uncommitted changes" if changed else head


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True).stdout.strip()
