"""How many of one's own images train, validate and test, and what is said where a class has too few."""

import numpy as np
import pytest

from sculpt.core.image_folder import Folder
from sculpt.data.held_out import cut_off
from sculpt.data.own_images import counts, held_out_of
from sculpt.data.split import Split, Splits, take


def files(sizes):
    return tuple(tuple((f"{label}/{i}.png", 1) for i in range(size)) for label, size in enumerate(sizes))


def pool(*sizes):
    return Folder(tuple("abcdefgh"[: len(sizes)]), files(sizes), None, "", 0, 0)


def held_out(train, test):
    return Folder(tuple("abcdefgh"[: len(train)]), files(train), files(test), "test", 0, 0)


def of(found, train=None, validation=None, test=None):
    numbers = counts(found, train, validation, test)
    return numbers.train, numbers.validation, numbers.test


def test_of_a_pool_a_fifth_tests_and_a_tenth_of_the_rest_validates():
    assert of(pool(60, 40)) == (72, 8, 20)
    assert of(pool(61, 40, 52)) == (110, 12, 31)  # of 153: 30.6, then of 122: 12.2


def test_a_half_is_rounded_up():
    assert of(pool(50, 69))[2] == 24  # of 119: 23.8
    assert of(held_out((40, 45), (1, 1))) == (76, 9, 2)  # of 85: 8.5


def test_held_out_images_all_test():
    assert of(held_out((30, 70), (3, 4))) == (90, 10, 7)


def test_what_is_asked_for_stands_and_the_rest_follows():
    assert of(pool(60, 40), test=40) == (54, 6, 40)
    assert of(pool(60, 40), validation=20) == (60, 20, 20)
    assert of(pool(60, 40), train=30) == (30, 8, 20)
    assert of(held_out((30, 70), (5, 5)), test=4) == (90, 10, 4)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"test": 100}, "test: 100; allowed: fewer than the 100 images of the folder"),
        ({"test": 99}, "test: 99; allowed: at most 98, so that one image trains and one validates"),
        ({"validation": 80}, "validation: 80; allowed: fewer than the 80 images that are not tested on"),
        ({"train": 73}, "train: 73 and validation 8; allowed: together at most 80"),
    ],
)
def test_more_than_there_are_is_refused(asked, said):
    with pytest.raises(ValueError, match=f"^{said}$"):
        of(pool(60, 40), **asked)


def test_more_than_is_held_out_is_refused():
    with pytest.raises(ValueError, match=r"^test: 11; allowed: at most the 10 images that are held out$"):
        of(held_out((30, 70), (5, 5)), test=11)


@pytest.mark.parametrize(
    ("found", "asked", "said"),
    [
        (pool(100, 3, 4), {}, "test: may have no image of 1 of 3 classes, such as b with 3 in all; allowed: more "),
        (pool(100, 4), {}, "validation: may have no image of 1 of 2 classes, such as b with 4 in all; "),
        (pool(60, 40), {"train": 2}, "train: may have no image of 1 of 2 classes, such as b with 40 in all; "),
        (held_out((50, 50), (99, 1)), {"test": 50}, "test: may have no image of 1 of 2 classes, such as b with 1 in "),
    ],
)
def test_a_class_that_a_split_may_miss_is_named(found, asked, said):
    with pytest.raises(ValueError, match=f"^{said}"):
        of(found, **asked)


def test_the_smallest_class_that_the_usual_shares_bear():
    assert of(pool(100, 6)) == (76, 9, 21)
    with pytest.raises(ValueError, match=r"^validation: .* b with 5 in all; "):
        of(pool(100, 5))


def test_of_equal_remainders_the_earlier_classes_are_tested_on():
    assert held_out_of([4] * 5, 3) == [1, 1, 1, 0, 0]
    assert held_out_of([10, 20, 31], 12) == [2, 4, 6]
    with pytest.raises(ValueError, match=r"^test: may have no image of 2 of 10 classes, such as i with 4 in all"):
        of(Folder(tuple("abcdefghij"), files([4] * 10), None, "", 0, 0))


@pytest.mark.parametrize(
    ("found", "asked", "said"),
    [
        (held_out((30, 70), (5, 5)), {"test": 9}, "test: 9; allowed: 10, or at most 8"),
        (pool(60, 40), {"train": 71}, "train: 71; allowed: 72, or at most 70"),
        (held_out((30, 70), (9, 1)), {"test": 6}, "test: may have no image of 1 of 2 classes, such as b with 1 in all"),
    ],
)
def test_what_no_stratified_cut_leaves_is_refused(found, asked, said):
    with pytest.raises(ValueError, match=f"^{said}"):
        of(found, **asked)


@pytest.mark.parametrize(
    ("sizes", "train"),
    [((61, 40, 52), None), ((300, 20, 13), None), ((13, 13), 12), ((97, 31, 29, 41, 20), None), ((61, 40, 52), 12)],
)
def test_no_class_has_fewer_training_images_than_is_said(sizes, train):
    """As the data stage cuts them."""
    numbers = counts(pool(*sizes), train, None, None)
    whole = Split(np.repeat(np.arange(len(sizes)), sizes), lambda row: row)
    rest, test = cut_off(whole, numbers.test)
    cuts = take(Splits({"train": rest, "test": test}, len(sizes), (), ()), numbers.train, numbers.validation, len(test))
    found = np.bincount(cuts.parts["train"].labels)
    assert found.sum() == numbers.train
    assert (found >= numbers.least).all() and (found - numbers.least <= 2).all()
    assert all({*part.labels.tolist()} == {*range(len(sizes))} for part in cuts.parts.values())
