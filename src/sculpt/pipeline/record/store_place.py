"""Where a store keeps its files: a folder, or a DVC remote, through the file systems that DVC has for its remotes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sculpt.core.errors import SculptError
from sculpt.params.complaints import nearest

if TYPE_CHECKING:
    from dvc_objects.fs import FileSystem


class StoreError(SculptError):
    """The store cannot be reached, read or written; the message names the file."""


class StorePlace:
    """Files below one place, named by their paths from there. Each method raises StoreError where the place fails.

    new: the place is a folder that is not there yet.
    """

    def __init__(self, system: "FileSystem", place: str, *, new: bool = False):
        self._system, self._place, self.new = system, place, new
        self._read: dict[str, bytes] = {}

    def name(self, file: str) -> str:
        """The full path or URL of a file."""
        return self._system.unstrip_protocol(self._path(file))

    def read(self, file: str) -> bytes | None:
        """A small file, None where there is none. One that was there is not asked for again."""
        if file not in self._read:
            with self._reaching(file):
                try:
                    self._read[file] = self._system.cat_file(self._path(file))
                except FileNotFoundError:
                    return None
        return self._read[file]

    def size(self, file: str) -> int | None:
        """Bytes of a file, None where there is none."""
        with self._reaching(file):
            try:
                return self._system.size(self._path(file))
            except FileNotFoundError:
                return None

    def fetch(self, file: str, to: Path) -> bool:
        """Copy a file to a local path; whether there was one."""
        with self._reaching(file):
            try:
                self._system.get_file(self._path(file), str(to))
            except FileNotFoundError:
                return False
        return True

    def put(self, file: str, content: BinaryIO) -> None:
        """Write a file, whole or not at all: DVC's file systems upload a stream so."""
        self._read.pop(file, None)
        with self._reaching(file):
            self._system.put_file(content, self._path(file))

    def _path(self, file: str) -> str:
        return self._system.join(self._place, file)

    @contextmanager
    def _reaching(self, file: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # the libraries behind DVC's plugins have no class of errors in common
            words = (isinstance(error, OSError) and error.strerror) or f"{error}" or type(error).__name__
            raise StoreError(f"store: {self.name(file)}: {' '.join(words.split())}") from error


def open_place(where: str, root: Path = Path(".")) -> StorePlace:
    """The place of a store that a user names.

    where: with a slash in it, a folder; without, a DVC remote of the repository at `root`, whose files then lie below
    sculpt/ in the remote, apart from DVC's own. Raises StoreError.
    """
    # Not above: they take half a second, and few runs have a store.
    from dvc.config import Config, ConfigError
    from dvc.fs import LocalFileSystem, RemoteMissingDepsError, get_cloud_fs

    if "://" in where:
        raise StoreError(
            f"store: {where} is a URL; add it as a DVC remote (`.venv/bin/dvc remote add`) and give that name"
        )
    if "/" in where:
        folder = Path(where).expanduser()
        return StorePlace(LocalFileSystem(), str(folder), new=not folder.exists())
    try:
        config = Config(str(root / ".dvc"))
        if where.lower() not in config["remote"]:
            raise StoreError(
                f"store: no DVC remote is called {where!r}{nearest(where, config['remote'])} (`.venv/bin/dvc remote "
                f"list` shows them, `.venv/bin/dvc remote add` adds one); a folder's name has a slash, as in ./{where}"
            )
        system, settings, place = get_cloud_fs(config, name=where)
        return StorePlace(system(**settings), system.join(place, "sculpt"))
    except ConfigError as error:
        raise StoreError(f"store: DVC remote {where!r}: {error}") from None
    except (ImportError, RemoteMissingDepsError) as error:
        raise StoreError(f"store: DVC remote {where!r}: {error}; .venv/bin/pip install that package") from None
