"""What a git revision, and DVC's cache for it, hold of an experiment."""

import subprocess
from pathlib import Path

from sculpt.core.errors import SculptError
from sculpt.pipeline.record.dvc_cache import DvcCache
from sculpt.pipeline.record.dvc_record import DVC_LOCK, hashed, read_dvc_lock
from sculpt.pipeline.record.lock import LOCK, Lock
from sculpt.pipeline.record.seal import unseal


class AgainstError(SculptError):
    """There is nothing to compare with; the message names the revision and what it lacks."""


class Revision:
    """short: its hash. Raises AgainstError where git knows no such revision."""

    def __init__(self, revision: str, root: Path):
        self.root = root
        found = self._git("rev-parse", "--verify", "--short", "--end-of-options", f"{revision}^{{commit}}")
        if found.returncode:
            reason = (found.stderr.decode(errors="replace").strip().splitlines() or ["not found"])[-1]
            raise AgainstError(f"{revision}: no git revision of this name: {reason}")
        self.short = found.stdout.decode().strip()
        self._cache = DvcCache(root)

    def lock(self) -> Lock:
        """provenance.lock.json. Raises AgainstError where there is none, or a damaged one."""
        try:
            return unseal(self.file(LOCK))
        except ValueError as error:
            raise AgainstError(f"{LOCK} of {self.short}: {error}") from None

    def file(self, file: str) -> bytes:
        """A file that lies in git. Raises AgainstError where there is none."""
        found = self._git("show", f"{self.short}:./{file}")
        if found.returncode:
            raise AgainstError(f"{self.short} has no {file}: it records no run that could be compared")
        return found.stdout

    def cached(self, stage: str, files: tuple[str, ...]) -> list[Path] | None:
        """Files of a stage of dvc.yaml, as copies in DVC's cache; None where it does not hold them all, whole."""
        try:
            md5 = read_dvc_lock(self.file(DVC_LOCK))["stages"][stage]["outs"][0]["md5"]
            held = {entry["relpath"]: entry["md5"] for entry in self._cache.listing(md5)}
            copies = {self._cache.path(held[file]): held[file] for file in files}
        except (KeyError, ValueError, FileNotFoundError):
            return None
        whole = all((found := hashed(path)) and found.md5 == md5 for path, md5 in copies.items())
        return list(copies) if whole else None

    def _git(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(["git", *arguments], cwd=self.root, capture_output=True)
