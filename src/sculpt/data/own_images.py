"""How many of one's own images train, validate and test: what params.yaml leaves open, from what a folder holds.

The shares are definitions of this project. Subsets are stratified (`sculpt.data.split`): of a class with n of N images,
a subset of m holds n m / N, rounded down or up.
"""

from dataclasses import dataclass

from sculpt.core.image_folder import Folder

TEST = (1, 5)
"""Of one pool, a fifth is tested on."""
VALIDATION = (1, 10)
"""Of the training images, a tenth validates."""


@dataclass(frozen=True)
class Counts:
    """train, validation, test: images of each split. least: images of each class that `train` holds at least."""

    train: int
    validation: int
    test: int
    least: tuple[int, ...]


def counts(found: Folder, train: int | None, validation: int | None, test: int | None) -> Counts:
    """The size of each split: as asked for, else the share that stands above, else all that is left.

    Raises ValueError, a line `key: value; allowed: ...`, where the folder has too few images for that.
    """
    of_class = [len(files) for files in found.train]
    if found.test is None:
        there = sum(of_class)
        test = _share(there, TEST) if test is None else test
        if test >= there:
            raise ValueError(f"test: {test}; allowed: fewer than the {there:,} images of the folder")
        tested, of_class = _least(of_class, test, there), _least(of_class, there - test, there)
        left = there - test
    else:
        there, left = sum(map(len, found.test)), sum(of_class)
        test = there if test is None else test
        if test > there:
            raise ValueError(f"test: {test}; allowed: at most the {there:,} images that are held out")
        tested = _least([len(files) for files in found.test], test, there)
    validation = max(1, _share(left, VALIDATION)) if validation is None else validation
    if validation >= left:
        raise ValueError(f"validation: {validation}; allowed: fewer than the {left:,} images that are not tested on")
    train = left - validation if train is None else train
    if train + validation > left:
        raise ValueError(f"train: {train} and validation {validation}; allowed: together at most {left}")
    validated = _least(of_class, validation, left)
    trained = _least(_least(of_class, left - validation, left), train, left - validation)
    held_out = found.train if found.test is None else found.test
    for split, least, files in (
        ("test", tested, held_out),
        ("validation", validated, found.train),
        ("train", trained, found.train),
    ):
        _must_have_each(split, least, found.classes, [len(of_class) for of_class in files])
    return Counts(train, validation, test, tuple(trained))


def _share(of: int, share: tuple[int, int]) -> int:
    """A share of a number, rounded; a half up."""
    part, whole = share
    return (2 * of * part + whole) // (2 * whole)


def _least(of_class: list[int], count: int, there: int) -> list[int]:
    """Images of each class that a stratified subset of `count` of `there` images holds at least."""
    return [size * count // there for size in of_class]


def _must_have_each(split: str, least: list[int], classes: tuple[str, ...], sizes: list[int]) -> None:
    """Raises ValueError where a split may have no image of a class. least: images of each class that it has."""
    short = [number for number, size in enumerate(least) if size < 1]
    if short:
        fewest = min(short, key=lambda number: sizes[number])
        raise ValueError(
            f"{split}: may have no image of {len(short):,} of {len(least):,} classes, such as {classes[fewest]} with "
            f"{sizes[fewest]:,} in all; allowed: more images of these, a larger {split} split, or folders train and "
            f"test that you fill yourself"
        )
