"""Snakemake's own records of finished jobs: one JSON file an output, under .snakemake in the folder of the run.

To a record we add what Snakemake leaves out, `made`: the output's sha256 and the fingerprint of the machine that made
it. Snakemake ignores the addition, and drops it when it runs the job again; so one that is there tells of the last run.
"""

import hashlib
import importlib
import json
import os
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def _format() -> int:
    """Snakemake's version of its records, from its text: with the databases that it can use, it imports in 0.2 s."""
    package = find_spec("snakemake").submodule_search_locations[0]
    text = Path(package, "persistence/__init__.py").read_text()
    if found := re.search(r"^RECORD_FORMAT_VERSION = (\d+)$", text, re.MULTILINE):
        return int(found[1])
    return importlib.import_module("snakemake.persistence").RECORD_FORMAT_VERSION


FORMAT = _format()
KEPT = ("rule", "params", "code", "software_stack_hash")
"""Fields that decide whether Snakemake runs a job again, and are the same in every folder."""

Record = dict[str, Any]


class Digests:
    """sha256 of the files below a folder, each read once; None where there is no such file."""

    def __init__(self, root: Path):
        self.root = root
        self._known: dict[str, str | None] = {}

    def __getitem__(self, file: str) -> str | None:
        if file not in self._known:
            self._known[file] = sha256(self.root / file)
        return self._known[file]

    def hash(self, files: Iterable[str]) -> None:
        """Read these files on every core."""
        files = [file for file in files if file not in self._known]
        with ThreadPoolExecutor() as threads:
            self._known |= zip(files, threads.map(lambda file: sha256(self.root / file), files), strict=True)

    def forget(self, files: Iterable[str]) -> None:
        """Read these files again when they are asked for: they have been replaced."""
        for file in files:
            self._known.pop(file, None)


def sha256(path: Path) -> str | None:
    """Hexadecimal sha256 of a file's bytes, None where there is none."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(root: Path, output: str) -> Record | None:
    """The record of an output, or None: no record, an unreadable one, or a job that began again and did not end."""
    if _path(root, "incomplete", output).exists():
        return None
    return _read(_path(root, "metadata", output))


def known(root: Path, output: str) -> bool:
    """Whether there is a record of an output, doubted or not."""
    return _read(_path(root, "metadata", output)) is not None


def write(root: Path, output: str, record: Record) -> None:
    path = _path(root, "metadata", output)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not beside it, where Snakemake takes every file for a record; of this process, since others may write theirs.
    temporary = root / f".snakemake/record.{os.getpid()}.tmp"
    temporary.write_text(json.dumps(record))
    temporary.replace(path)
    # Snakemake takes metadata without this folder for its oldest format.
    (root / ".snakemake/incomplete").mkdir(exist_ok=True)
    _path(root, "incomplete", output).unlink(missing_ok=True)


def restore(
    root: Path, outputs: dict[str, str], inputs: list[str], checksums: dict[str, str], kept: Record, fingerprint: Record
) -> None:
    """Write the records of a job whose outputs were brought here, as if it had run here.

    outputs, checksums: sha256 of each file. inputs: as the rule lists them, with repetitions. kept: the fields KEPT.
    """
    first = min(outputs)
    time = min(os.path.getmtime(root / output) for output in outputs)
    record = {
        **{field: kept[field] for field in KEPT},
        "input": sorted(inputs),
        "input_checksums": {file: f"sha256:{checksum}" for file, checksum in checksums.items()},
        "record_format_version": FORMAT,
        # Snakemake's report tells jobs apart by it.
        "job_hash": int(hashlib.sha256(first.encode()).hexdigest()[:12], 16),
        "starttime": time,
        "endtime": time,
        "incomplete": False,
    }
    for output, checksum in outputs.items():
        write(root, output, {**record, "made": {"sha256": checksum, "fingerprint": fingerprint}})


def doubt(root: Path, output: str, *, altered: bool | None = None) -> bool:
    """Mark an output that is there as not to be trusted: Snakemake runs its job again.

    altered: whether it is not what its job made, None where that is not to be judged. Gives whether the mark says so:
    one that judges nothing stands, such as Snakemake's own for a job that was cut short.
    """
    mark = _path(root, "incomplete", output)
    if not mark.exists() or (altered and (_read(mark) or {}).get("altered") is False):
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.write_text(json.dumps({"external_jobid": None, "altered": altered}))
    return bool((_read(mark) or {}).get("altered"))


def doubt_if_altered(root: Path, output: str, digest: str, locked: str | None) -> bool:
    """Doubt a file whose sha256 is not that of what its job made, and trust again one that has been put back.

    locked: its sha256 by the lock, None where that does not know it. Gives whether the file is neither what its job
    made nor the locked one. One without a record is doubted too: Snakemake would go by its time.
    """
    record = _read(_path(root, "metadata", output))
    if record is None:
        doubt(root, output)
        return False
    if "made" not in record:
        return False
    if record["made"]["sha256"] != digest:
        strange = digest != locked
        return doubt(root, output, altered=strange) and strange
    mark = _path(root, "incomplete", output)
    if (_read(mark) or {}).get("altered") is not None:
        mark.unlink()
    return False


def _read(path: Path) -> Record | None:
    try:
        return json.loads(path.read_text()) or None
    except (FileNotFoundError, ValueError):
        return None


def _path(root: Path, kind: str, output: str) -> Path:
    folder = root / ".snakemake"
    length = os.pathconf(root, "PC_NAME_MAX") - 1
    name = urlsafe_b64encode(output.encode()).decode()
    *parents, last = [name[i : i + length] for i in range(0, len(name), length)]
    return folder.joinpath(kind, *(f"@{part}" for part in parents), last)
