"""An experiment that is no more, taken out of both locks."""

import io
import re
from pathlib import Path

from ruamel.yaml import YAML

from sculpt.core.errors import faults_as
from sculpt.pipeline.identity.history import NOTHING, merged
from sculpt.pipeline.record.dvc_record import DVC_LOCK, read_dvc_lock
from sculpt.pipeline.record.lock import LOCK, ProvenanceError, read_lock
from sculpt.pipeline.record.lock_export import identities_of, write


def locks_with(name: str, root: Path = Path(".")) -> list[str]:
    """The locks below a folder that have an entry of an experiment. Raises ProvenanceError."""
    found = [LOCK] if (root / LOCK).exists() and name in read_lock(root / LOCK)["experiments"] else []
    return found + ([DVC_LOCK] if name in _stages(root).values() else [])


def drop(name: str, root: Path = Path(".")) -> None:
    """Take the entries of an experiment out of the locks; those of others stay. Raises ProvenanceError."""
    for file in locks_with(name, root):
        with faults_as(ProvenanceError):
            if file == LOCK:
                lock = read_lock(root / LOCK)
                del lock["experiments"][name]
                lock["sources"] = merged(NOTHING, lock.get("sources", NOTHING), identities_of(lock))
                write(root / LOCK, lock)
            else:
                found = _dvc_lock(root)
                for stage in [stage for stage, of in _stages(root).items() if of == name]:
                    del found["stages"][stage]
                text, writer = io.StringIO(), YAML()
                writer.default_flow_style = False  # as DVC writes it
                writer.dump(found, text)
                (root / DVC_LOCK).write_text(text.getvalue())


def recorded(root: Path = Path(".")) -> set[str]:
    """The experiments that a lock has. Raises ProvenanceError."""
    names = set(read_lock(root / LOCK)["experiments"]) if (root / LOCK).exists() else set()
    return names | set(_stages(root).values())


def _dvc_lock(root: Path) -> dict:
    try:
        return read_dvc_lock((root / DVC_LOCK).read_bytes())
    except ValueError as error:
        raise ProvenanceError(f"{root / DVC_LOCK}: {error}; restore it (git restore {DVC_LOCK})") from None


def _stages(root: Path) -> dict[str, str]:
    """The stages of dvc.lock and the experiment of each, by its lines: to read all of it as YAML takes seconds."""
    path = root / DVC_LOCK
    text = path.read_text() if path.exists() else ""
    return {found[0]: found[1] for found in re.finditer(r"(?<=^  )\w+@([\w-]+)(?=:$)", text, re.MULTILINE)}
