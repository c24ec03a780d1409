"""A trained network into a file of one of the formats, whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sculpt.api.trained import Trained
from sculpt.core.files import replacing
from sculpt.export.network import network_of
from sculpt.export.register import FORMATS, ExportError, must_be_format

FOLDER = Path("exports")


@dataclass(frozen=True)
class Written:
    """What was written. size: bytes. facts: as in `sculpt.export.network`. replaced: whether the file was there."""

    path: Path
    size: int
    facts: dict[str, Any]
    replaced: bool


def write(trained: Trained, format: str, path: str | Path | None = None, dense: bool = False) -> Written:
    """Write a network that `sculpt.load` returns as a file of `format`, the name of a module of `export/formats`.

    path: exports/<experiment>-<node>-seed_<seed> with the format's ending, below the repository, if None. A file that
    is there is replaced. dense: every weight is stored, zeros too, where a format could leave them out. Raises
    ExportError, one line, on an unknown format, on a path that is a folder, has another ending or lies in results/, and
    on weights outside the mask; ArtifactError where the file cannot be written.
    """
    must_be_format(format)
    path = default_path(trained, format) if path is None else Path(path)
    _must_be_free(path, trained, format)
    network = network_of(trained)
    content = FORMATS.load(format)(network, dense)
    replaced = path.exists()
    with replacing(path) as temporary:
        temporary.write_bytes(content)
    return Written(path, len(content), network.facts, replaced)


def default_path(trained: Trained, format: str) -> Path:
    """Where a network goes if nobody says so: exports/digits-sculpt-erk_0.05-cycle_3-0.01-seed_0.onnx."""
    name = f"{trained.experiment}-{trained.node.replace('/', '-')}-seed_{trained.seed}"
    return trained.root / FOLDER / f"{name}{FORMATS.constant(format, 'SUFFIX')}"


def _must_be_free(path: Path, trained: Trained, format: str) -> None:
    suffix, such = FORMATS.constant(format, "SUFFIX"), default_path(trained, format)
    if path.is_dir():
        raise ExportError(f"--out: {path} is a folder; allowed: a file, such as {path / such.name}")
    if path.suffix != suffix:
        raise ExportError(f"--out: {path}; allowed: a name that ends with {suffix}, such as {such}")
    if path.resolve().is_relative_to((trained.root / "results").resolve()):
        raise ExportError(f"--out: {path} lies in results/, where jobs alone write; allowed: such as {such}")
