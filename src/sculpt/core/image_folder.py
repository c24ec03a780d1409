"""A folder of images of one's own: which image files lie in it, by class, without opening any.

The layouts are those of torchvision's ImageFolder: <class>/..., or train/<class>/... beside test/<class>/... or
val/<class>/.... Class numbers follow the sorted names, and images lie in a class's folder at any depth. Unlike there,
hidden files and folders are left out, and nothing depends on the order in which a file system lists.
"""

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from unicodedata import category

from sculpt.core.errors import SculptError, faults_as
from sculpt.core.machines import digest_of

EXTENSIONS = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp")
"""What torchvision's ImageFolder takes for an image, in small or capital letters."""
HELD_OUT = ("test", "val")
NAMED = 3
"""Of many faulty files, so many are named."""

Files = tuple[tuple[str, int], ...]
"""Names below the folder, with / between their parts, and sizes in bytes."""


class FolderError(SculptError):
    """A folder is none of images by class; the message names what is wrong with it, and how often."""


@dataclass(frozen=True)
class Folder:
    """classes: their names. train, test: the files of each class; test is None where the folder has one pool. held_out:
    the folder of the test images, "" of one pool.

    others, hidden: files beside the images, and hidden files and folders; neither is read.
    """

    classes: tuple[str, ...]
    train: tuple[Files, ...]
    test: tuple[Files, ...] | None
    held_out: str
    others: int
    hidden: int

    @property
    def files(self) -> Iterator[tuple[str, int]]:
        """All images, of the training classes first."""
        for part in (self.train, self.test or ()):
            for of_class in part:
                yield from of_class

    @cached_property
    def listing(self) -> str:
        """SHA-256 of the sorted names and sizes of all images: equal wherever the folder lies."""
        digest = hashlib.sha256()
        for name, size in sorted(self.files):
            digest.update(f"{name}\0{size}\n".encode())
        return digest.hexdigest()


@cache
def seen(folder: Path) -> Folder:
    """`look_into`, once per process: all that a command says and does is of one state of the folder."""
    return look_into(folder)


@cache
def contents(folder: Path) -> str:
    """SHA-256 of the sorted names and bytes of all images, once per process. Raises FolderError."""
    names = sorted(name for name, _ in seen(folder).files)
    digest = hashlib.sha256()
    with faults_as(FolderError), ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, of_file in zip(names, pool.map(lambda name: digest_of(folder / name), names), strict=True):
            digest.update(f"{name}\0{of_file}\n".encode())
    return digest.hexdigest()


def look_into(folder: Path) -> Folder:
    """The images of a folder. Raises FolderError, one line, where it has no two classes of images each."""
    if not folder.is_dir():
        raise FolderError(f"{folder}: {'not a folder' if folder.exists() else 'no such folder'}")
    found = _Found(folder)
    with faults_as(FolderError, folder):
        places = found.folders(folder)
        held_out = [name for name in HELD_OUT if name in places]
        if "train" in places and held_out:
            if strange := [name for name in places if name not in ("train", held_out[0])]:
                raise FolderError(
                    f"{folder}: has {_named(strange)} beside train and {held_out[0]}; allowed: train and one of "
                    f"{' and '.join(HELD_OUT)}, or class folders; what validates is cut from train"
                )
            train, test = (
                found.classes(folder / name, found.folders(folder / name)) for name in ("train", held_out[0])
            )
        else:
            train, test, held_out = found.classes(folder, places), None, [""]
    found.refuse()
    _must_be_classes(folder if test is None else folder / "train", train)
    if test is not None:
        _must_be_classes(folder / held_out[0], test)
        _must_agree(folder, held_out[0], train, test)
    tested = None if test is None else tuple(test.values())
    return Folder(tuple(train), tuple(train.values()), tested, held_out[0], found.others, found.hidden)


class _Found:
    """What a walk through a folder comes upon beside the images."""

    def __init__(self, folder: Path):
        self.folder, self.others, self.hidden = folder, 0, 0
        self._strange: list[str] = []
        self._no_files: list[str] = []

    def folders(self, place: Path) -> list[str]:
        """The names of the folders in a folder, sorted; what lies beside them is counted."""
        with os.scandir(place) as entries:
            there = [(entry.name, entry.is_dir()) for entry in entries]
        shown = [(name, is_folder) for name, is_folder in there if not name.startswith(".")]
        self.hidden += len(there) - len(shown)
        self.others += sum(not is_folder for _, is_folder in shown)
        return sorted(name for name, is_folder in shown if is_folder)

    def classes(self, place: Path, names: list[str]) -> dict[str, Files]:
        """The images of each of these folders in a folder, by its name."""
        found = {}
        for name in names:
            if _is_strange(name):
                self._strange.append(name)
            relative = (place / name).relative_to(self.folder).as_posix()
            images = self._images(place / name, relative, ())
            found[name] = tuple(sorted(images, key=lambda image: (os.path.dirname(image[0]), image[0])))
        return found

    def _images(self, place: Path, relative: str, above: tuple[tuple[int, int], ...]) -> Iterator[tuple[str, int]]:
        here = os.stat(place)
        if (here.st_dev, here.st_ino) in above:  # a link to a folder around it
            raise FolderError(f"{place}: a link to a folder that it lies in; allowed: links that lead elsewhere")
        with os.scandir(place) as entries:
            for entry in entries:
                name = f"{relative}/{entry.name}"
                if entry.name.startswith("."):
                    self.hidden += 1
                elif entry.is_dir():
                    yield from self._images(place / entry.name, name, (*above, (here.st_dev, here.st_ino)))
                elif not entry.name.lower().endswith(EXTENSIONS):
                    self.others += 1
                elif _is_strange(entry.name):
                    self._strange.append(name)
                elif not entry.is_file():
                    self._no_files.append(name)
                else:
                    yield name, entry.stat().st_size

    def refuse(self) -> None:
        """Raises FolderError for names and links that no job could use."""
        if self._strange:
            raise FolderError(
                f"{self.folder}: {_counted(self._strange)} with a line break, another control character or bytes that "
                f"are not UTF-8: {_named(self._strange)}; rename them"
            )
        if self._no_files:
            raise FolderError(
                f"{self.folder}: {_counted(self._no_files)} of no file, as of a link that leads nowhere: "
                f"{_named(self._no_files)}; remove them"
            )


def _is_strange(name: str) -> bool:
    """Whether a name has control characters, line breaks, or bytes that are no UTF-8, which Python reads as Cs."""
    return not name.isprintable() and any(category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in name)


def _counted(names: list[str]) -> str:
    return "1 name" if len(names) == 1 else f"{len(names):,} names"


def _named(names: list[str]) -> str:
    """The first of many names, so that one line can print them."""
    shown = [ascii(name) if _is_strange(name) else name for name in sorted(names)[:NAMED]]
    return ", ".join(shown) + (f" and {len(names) - NAMED:,} more" if len(names) > NAMED else "")


def _must_be_classes(place: Path, found: dict[str, Files]) -> None:
    allowed = "allowed: a folder per class, at least two, each with images " + ", ".join(EXTENSIONS)
    if len(found) < 2:
        there = f"1 class folder, {next(iter(found))}" if found else "no class folder"
        raise FolderError(f"{place}: {there}; {allowed}")
    if empty := [name for name, files in found.items() if not files]:
        raise FolderError(
            f"{place}: {len(empty):,} of {len(found):,} classes without an image: {_named(empty)}; {allowed}"
        )


def _must_agree(folder: Path, held_out: str, train: dict[str, Files], test: dict[str, Files]) -> None:
    for place, names, others in (("train", train, test), (held_out, test, train)):
        if missing := [name for name in others if name not in names]:
            other = held_out if place == "train" else "train"
            raise FolderError(
                f"{folder}/{place}: {len(missing):,} of the {len(others):,} classes of {other} are missing: "
                f"{_named(missing)}; allowed: the same classes in both"
            )
