"""Groups of images from a user's own table."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from sculpt.core.errors import faults_as
from sculpt.core.files import first_line
from sculpt.data.split import DataError, Split, Splits

COLUMNS = ("split", "image", "group")
ALL = "all"
"""What tables of results call all images, so no group can be called so."""


def with_groups(splits: Splits, path: Path) -> Splits:
    """The data set with the groups of a CSV table, which take the place of those that it brings.

    The table has a row for each training and each test image: `split` (train or test), `image` and `group`; further
    columns are not read. `image` is the image's number within its split, from 0, in the order in which the data set is
    read, or the name of its file where each image is a file. Group numbers follow the names in alphabetical order.
    Raises DataError, one line with how many rows are at fault and the first of them.
    """
    places = {split: _places(part, split, path) for split, part in splits.parts.items()}
    named = {split: np.full(len(part), None, dtype=object) for split, part in splits.parts.items()}
    strange, without, unknown, doubled = [], [], [], []
    for line, (split, image, group) in _rows(path):
        where = f"line {line}"
        if split not in places:
            strange.append(f"{where}: {split!r}")
        elif image not in places[split]:
            unknown.append(f"{where}: {split} image {image!r}")
        elif group in ("", ALL):
            without.append(f"{where}: {group!r}")
        elif named[split][places[split][image]] is not None:
            doubled.append(f"{where}: {split} image {image!r}")
        else:
            named[split][places[split][image]] = group
    _refuse(path, strange, "rows are of no split", f"allowed: {' or '.join(places)}")
    _refuse(path, unknown, "rows are of no image", _allowed(splits))
    _refuse(path, without, "rows have no group", f"allowed: any name but {ALL!r}")
    _refuse(path, doubled, "rows are of an image that has a row already", "allowed: one row per image")
    missing = [
        f"{split} image {image!r}"
        for split in places
        for image, row in places[split].items()
        if named[split][row] is None
    ]
    _refuse(path, missing, "images have no row", "allowed: one row per training and test image")
    names = sorted({name for part in named.values() for name in part})
    numbers = {name: number for number, name in enumerate(names)}
    parts = {
        split: replace(part, groups=np.array([numbers[name] for name in named[split]], dtype=np.int64))
        for split, part in splits.parts.items()
    }
    return replace(splits, parts=parts, group_names=tuple(names))


def _rows(path: Path) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """Each row's line in the file, and its split, image and group."""
    try:
        with faults_as(DataError, path), path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, strict=True)
            if missing := [column for column in COLUMNS if column not in (reader.fieldnames or ())]:
                raise DataError(f"{path}: has no column {', '.join(missing)}; allowed: {', '.join(COLUMNS)}")
            for row in reader:
                yield reader.line_num, tuple((row[column] or "").strip() for column in COLUMNS)
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path}: not a table that can be read ({first_line(error)}); allowed: CSV in UTF-8") from None


def _places(part: Split, split: str, path: Path) -> dict[str, int]:
    """The row of each image by what the table calls it."""
    name = part.name or str
    places = {name(row): row for row in range(len(part))}
    if len(places) < len(part):
        counts = Counter(name(row) for row in range(len(part)))
        shared = [f"{image!r} of {count}" for image, count in counts.items() if count > 1]
        _refuse(path, shared, f"file names stand for several {split} images", "allowed: one name per image")
    return places


def _allowed(splits: Splits) -> str:
    if all(part.name for part in splits.parts.values()):
        return "allowed: the names of the image files"
    return "allowed: " + ", ".join(f"{split} 0 to {len(part) - 1}" for split, part in splits.parts.items())


def _refuse(path: Path, faults: list[str], what: str, allowed: str) -> None:
    if faults:
        raise DataError(f"{path}: {len(faults):,} {what}, the first {faults[0]}; {allowed}")
