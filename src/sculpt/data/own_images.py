"""How many of one's own images train, validate and test: what params.yaml leaves open, from what a folder holds.

The shares are definitions of this project. Splits are stratified: each class has its share of a split, rounded down,
and those with the largest remainders have one image more.
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
    there = sum(of_class) if found.test is None else sum(map(len, found.test))
    if found.test is None:
        test = _share(there, TEST) if test is None else test
        if test >= there:
            raise ValueError(f"test: {test}; allowed: fewer than the {there:,} images of the folder")
        tested = held_out_of(of_class, test)
        of_class = [size - of_test for size, of_test in zip(of_class, tested, strict=True)]
    else:
        test = there if test is None else test
        if test > there:
            raise ValueError(f"test: {test}; allowed: at most the {there:,} images that are held out")
        tested = _cut("test", [len(files) for files in found.test], test)
    left = sum(of_class)
    if left < 2:
        raise ValueError(f"test: {test}; allowed: at most {there - 2}, so that one image trains and one validates")
    validation = max(1, _share(left, VALIDATION)) if validation is None else validation
    if validation >= left:
        raise ValueError(f"validation: {validation}; allowed: fewer than the {left:,} images that are not tested on")
    train = left - validation if train is None else train
    if train + validation > left:
        raise ValueError(f"train: {train} and validation {validation}; allowed: together at most {left}")
    validated, rest = _cut("validation", of_class, validation), _least(of_class, left - validation)
    trained = rest if train == left - validation else [size * train // (left - validation) for size in rest]
    if 0 < left - validation - train < len(rest):
        raise ValueError(f"train: {train}; allowed: {left - validation}, or at most {left - validation - len(rest)}")
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


def held_out_of(of_class: list[int], count: int) -> list[int]:
    """How many images of each class are tested on, `count` in all; of equal remainders the earlier class has one more.

    of_class: images of each class of a pool.
    """
    there = sum(of_class)
    shares, remainders = [size * count // there for size in of_class], [size * count % there for size in of_class]
    order = sorted(range(len(of_class)), key=lambda number: -remainders[number])
    more = {*order[: count - sum(shares)]}
    return [share + (number in more) for number, share in enumerate(shares)]


def _cut(split: str, of_class: list[int], count: int) -> list[int]:
    """Images of each class at least in a subset, which leaves one of each class out where it leaves out any."""
    if (there := sum(of_class)) == count:
        return of_class
    if there - count < len(of_class):
        raise ValueError(f"{split}: {count}; allowed: {there}, or at most {there - len(of_class)}")
    return [share if size > 1 else 0 for share, size in zip(_least(of_class, count), of_class, strict=True)]


def _least(of_class: list[int], count: int) -> list[int]:
    """Images of each class that `sculpt.data.split.cut` leaves in a subset of `count` at least.

    Computed here, without the library that draws it: whoever only plans does without that. Which of equal remainders
    have one more is drawn there, so none of them is sure of it.
    """
    there = sum(of_class)
    shares, remainders = [size * count // there for size in of_class], [size * count % there for size in of_class]
    more = count - sum(shares)
    beaten = sorted(remainders, reverse=True)[more] if more < len(remainders) else -1
    return [share + (remainder > beaten) for share, remainder in zip(shares, remainders, strict=True)]


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
