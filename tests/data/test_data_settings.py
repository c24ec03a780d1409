"""The data sets' settings: what each has, what it is held to, and that its module says the truth of it."""

import pytest

from sculpt.core.kinds import DATASETS
from sculpt.data.sets import digits

DIGITS = {"name": "digits", "train": 1000, "validation": 297, "test": 500, "size": 8}


def section(**other):
    given = DIGITS | other
    return DATASETS.settings(given["name"])(**given)


def test_absent_keys_are_none():
    assert section().model_dump() == {**DIGITS, "crop": None, "long_tail": None, "groups": None}


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"train": 1001}, "train: 1001 and validation 297; allowed: together at most 1297"),
        ({"test": 501}, "test: 501; allowed: at most 500"),
        ({"size": 3}, "size: 3; allowed: 8 or a number that divides it"),
        ({"size": 16}, "size: 16; allowed: 8 or a number that divides it"),
        ({"size": 4, "crop": 5}, r"crop: 5; allowed: at most size \(4\)"),
        ({"name": "cifar10", "size": 32, "train": 50000}, "train: 50000 and validation 297; allowed: together at most"),
        ({"long_tail": 0.005}, "long_tail: 0.005; allowed: above 0.005, so that the last class keeps a training image"),
        ({"long_tail": 1.0}, "less than 1"),
        ({"long_tail": 0.0}, "greater than 0"),
        ({"name": "tiny_imagenet", "size": 48}, "size: 48; allowed: 64 or a number that divides it"),
    ],
)
def test_what_the_data_set_has_not_is_refused(other, said):
    with pytest.raises(ValueError, match=said):
        section(**other)


def test_images_of_many_sizes_are_scaled_to_any():
    assert section(name="imagenet", size=77, crop=50).size == 77


def test_a_tail_of_equal_classes_has_as_many_images_as_the_formula_says():
    tail = section(name="cifar10", size=32, train=45000, validation=5000, long_tail=0.01)
    expected = [4500, 2698, 1617, 969, 581, 348, 209, 125, 75, 45]
    assert tail.class_sizes() == expected
    assert tail.training_images() == sum(expected)
    assert section().training_images() == 1000, "without a tail it is what is asked for"


@pytest.mark.parametrize("name", DATASETS.names)
def test_every_data_set_says_how_many_images_and_classes_it_has(name):
    counts = [DATASETS.constant(name, constant) for constant in ("TRAIN", "TEST", "CLASSES")]
    assert all(type(count) is int and count > 0 for count in counts)
    assert DATASETS.constant(name, "SIZE", "missing") in (None, 8, 32, 64)


def test_the_digits_are_as_many_as_their_module_says(tmp_path):
    splits = digits.read(tmp_path, {"size": 8})
    assert [len(part) for part in splits.parts.values()] == [digits.TRAIN, digits.TEST]
    assert splits.classes == digits.CLASSES
