"""dvc.lock beside what DVC would record now.

`dvc status` goes by file times, so it misses a byte that was flipped in place with the time put back, and it writes
into .dvc/tmp. Here every byte is hashed, and what DVC would record is worked out from the files themselves.
"""

import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pathspec import GitIgnoreSpec
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from sculpt.core.errors import Fault
from sculpt.pipeline.record.dvc_cache import DvcCache, listing_md5
from sculpt.pipeline.run.commands import make

DVC_LOCK = "dvc.lock"
DVC_YAML = "dvc.yaml"


class Hashed(NamedTuple):
    sha256: str
    md5: str
    size: int


class Hashes:
    """Hashes of the files below a folder, each read once; None where there is no such file."""

    def __init__(self, root: Path):
        self.root = root
        self._known: dict[str, Hashed | None] = {}

    def __getitem__(self, file: str) -> Hashed | None:
        if file not in self._known:
            self._known[file] = hashed(self.root / file)
        return self._known[file]


class DvcRecord:
    """What dvc.lock holds of one experiment, beside what DVC would record of it now."""

    def __init__(self, name: str, root: Path, hashes: Hashes):
        self.name, self.root, self.hashes = name, root, hashes
        ignored = root / ".dvcignore"
        self.ignored = GitIgnoreSpec.from_lines(ignored.read_text().splitlines() if ignored.exists() else [])
        self.params = read_yaml(root / "params.yaml")
        self.cache = DvcCache(root)
        self.run = make("reproduce", name, root)

    def faults(self, known: set[str]) -> Iterator[Fault]:
        """known: files that have a fault already; no other is named for their sake."""
        if self.name not in self.params["recorded"]:
            return
        stages = read_yaml(self.root / DVC_YAML)
        try:
            lock = read_dvc_lock((self.root / DVC_LOCK).read_bytes())
        except FileNotFoundError:
            yield Fault(DVC_LOCK, f"no such file; {self.run} records the experiment")
            return
        except ValueError as error:
            yield Fault(DVC_LOCK, f"{error}; restore it (git restore {DVC_LOCK}), or record anew with {self.run}")
            return
        if any(self.name not in whole["foreach"] for whole in stages["stages"].values()):
            yield Fault(
                DVC_YAML, f"has no stages of {self.name}, which is `recorded` in params.yaml; {self.run} adds them"
            )
            return
        wanted = {
            f"{stage}@{self.name}": _filled_in(whole["do"], self.name, whole["foreach"][self.name])
            for stage, whole in stages["stages"].items()
        }
        locked = {stage: entry for stage, entry in lock["stages"].items() if stage.endswith(f"@{self.name}")}
        for stage in sorted(wanted.keys() ^ locked.keys()):
            yield Fault(DVC_LOCK, f"{stage}: only one of it and dvc.yaml has this stage")
        made = {path: out for entry in locked.values() for path, out in _by_path(entry.get("outs")).items()}
        for stage in wanted.keys() & locked.keys():
            yield from self._of_stage(stage, wanted[stage], locked[stage], made, known)

    def _of_stage(
        self, stage: str, wanted: dict[str, Any], locked: dict[str, Any], made: dict[str, Any], known: set[str]
    ) -> Iterator[Fault]:
        if locked.keys() != wanted.keys() or locked["cmd"] != wanted["cmd"]:
            yield Fault(DVC_LOCK, f"{stage}: not the command or the parts of the stage in dvc.yaml")
            return
        try:
            params = {key: _at(self.params, key) for key in wanted.get("params", [])}
        except KeyError as error:
            yield Fault(
                DVC_YAML, f"{stage}: names {error.args[0]}, which params.yaml lacks; `make docs` writes it anew"
            )
            return
        if params and not _equal(locked["params"], {"params.yaml": params}):
            yield Fault(DVC_LOCK, f"{stage}: recorded with other settings than those of params.yaml")
        outs = {path: options.get("cache", True) for out in wanted["outs"] for path, options in out.items()}
        for kind, paths in (("deps", wanted["deps"]), ("outs", outs)):
            recorded = _by_path(locked[kind])
            for path in sorted(recorded.keys() ^ {*paths}):
                yield Fault(DVC_LOCK, f"{stage}: only one of it and dvc.yaml has {path}")
            for path in recorded.keys() & {*paths}:
                if kind == "outs":
                    yield from self._of_out(stage, recorded[path], outs[path], known)
                elif path in made and not _equal(recorded[path], made[path]):
                    yield Fault(DVC_LOCK, f"{stage}: {path} was another when the stage was recorded")
                elif path not in made and not _equal(recorded[path], self._now(path)):
                    yield Fault(DVC_LOCK, f"{path} was another when it was recorded; {self.run} records it anew")

    def _of_out(self, stage: str, recorded: dict[str, Any], cached: bool, known: set[str]) -> Iterator[Fault]:
        path, md5 = recorded["path"], str(recorded.get("md5"))
        try:
            held = {f"{path}/{entry['relpath']}": entry["md5"] for entry in self.cache.listing(md5)}
        except FileNotFoundError:
            held = None  # DVC keeps none of what lies in git
        except ValueError as error:
            yield Fault(self._in_cache(md5), str(error))
            held, cached = None, False  # the fault above says it all
        if _equal(recorded, self._now(path)):
            if cached:
                yield from self._not_cached(stage, path, held)
            return
        found = {file: self.hashes[file].md5 for file in self._listed(path)}
        differing = (
            {file for file in held.keys() | found.keys() if held.get(file) != found.get(file)} if held else set()
        )
        yield from (Fault(file, "is not what DVC recorded") for file in differing - known)
        if not differing and not any(file.startswith(f"{path}/") for file in known):
            yield Fault(DVC_LOCK, f"{stage}: {path} is not what it records; {self.run} records it anew")

    def _not_cached(self, stage: str, path: str, held: dict[str, str] | None) -> Iterator[Fault]:
        """One fault for all that `dvc push` would pass over with no more than a warning, one for each damaged copy.

        held: md5 of each file in the cached listing of the folder, None where there is no listing.
        """
        remedy = f"`.venv/bin/dvc commit {stage}` or {self.run} puts it back"
        if held is None:
            yield Fault(path, f"is not in DVC's cache; `dvc push` would leave it out; {remedy}")
            return
        copies = {file: hashed(self.cache.path(md5)) for file, md5 in held.items()}
        if gone := sorted(file for file, copy in copies.items() if copy is None):
            lacks = f"which lacks {len(gone)} of the {len(held)} files of {path}"
            left_out = "`dvc push` would leave it out"
            yield Fault(gone[0], f"its copy is gone from DVC's cache, {lacks}; {left_out}; {remedy}")
        for md5, file in {held[file]: file for file, copy in copies.items() if copy and copy.md5 != held[file]}.items():
            spread = f"no longer {file}, and `dvc push` would spread it"
            yield Fault(self._in_cache(md5), f"is damaged: {spread}; delete it, then {remedy}")

    def _in_cache(self, md5: str) -> str:
        return str(self.cache.path(md5)).removeprefix(f"{self.root}/")

    def _listed(self, folder: str) -> list[str]:
        files = files_below(self.root, folder)
        return sorted(file for file in files if self.hashes[file] and not self.ignored.match_file(file))

    def _now(self, path: str) -> dict[str, Any]:
        """What DVC would record of a file or folder: of a folder, the md5 of its listing, which may be empty."""
        if alone := self.hashes[path]:
            return {"path": path, "hash": "md5", "md5": alone.md5, "size": alone.size}
        files = {file: self.hashes[file] for file in self._listed(path)}
        listing = [{"md5": entry.md5, "relpath": file.removeprefix(f"{path}/")} for file, entry in files.items()]
        return {
            "path": path,
            "hash": "md5",
            "md5": listing_md5(json.dumps(listing, sort_keys=True).encode()),
            "size": sum(entry.size for entry in files.values()),
            "nfiles": len(files),
        }


def hashed(path: Path) -> Hashed | None:
    """The hashes of a file's bytes, None where there is none."""
    if not path.is_file():
        return None
    sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            sha256.update(piece)
            md5.update(piece)
            size += len(piece)
    return Hashed(sha256.hexdigest(), md5.hexdigest(), size)


def files_below(root: Path, folder: str) -> list[str]:
    return [path.relative_to(root).as_posix() for path in (root / folder).rglob("*") if not path.is_dir()]


def read_yaml(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path)


def read_dvc_lock(content: bytes) -> dict[str, Any]:
    """dvc.lock. Raises ValueError, which says what is wrong, where it is not byte for byte as DVC writes it."""
    try:
        lock = YAML(typ="safe", pure=True).load(content.decode())
        writer, written = YAML(), io.StringIO()
        writer.default_flow_style = False
        writer.dump(lock, written)
    except (YAMLError, ValueError):
        raise ValueError("is not YAML") from None
    entries = lock.get("stages") if isinstance(lock, dict) and lock.get("schema") == "2.0" else None
    stages = [*entries.values()] if isinstance(entries, dict) else [None]
    if written.getvalue().encode() != content or not all(isinstance(stage, dict) for stage in stages):
        raise ValueError("is not as DVC wrote it")
    return lock


def _filled_in(value: Any, name: str, keys: list[str]) -> Any:
    """A part of a stage of dvc.yaml with ${key} and ${item[0]} and so on replaced."""
    if isinstance(value, dict):
        return {_filled_in(key, name, keys): _filled_in(inner, name, keys) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled_in(inner, name, keys) for inner in value]
    if isinstance(value, str):
        for place, key in enumerate(keys):
            value = value.replace(f"${{item[{place}]}}", key)
        return value.replace("${key}", name)
    return value


def _by_path(entries: Any) -> dict[str, dict[str, Any]]:
    """The dependencies or outs of a stage in dvc.lock by their path; whatever has none is left out."""
    entries = entries if isinstance(entries, list) else []
    return {entry["path"]: entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("path"), str)}


def _at(section: Any, key: str) -> Any:
    """What stands at a dotted key. Raises KeyError, which names the whole key."""
    for part in key.split("."):
        if not isinstance(section, dict) or part not in section:
            raise KeyError(key)
        section = section[part]
    return section


def _equal(one: Any, other: Any) -> bool:
    """Equal in value and in type: 1, 1.0 and true are three."""
    texts = [json.dumps(value, sort_keys=True, default=repr) for value in (one, other)]
    return texts[0] == texts[1]
