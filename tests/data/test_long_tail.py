"""Long-tailed training images: how many of each class, which ones, and what stays as it is."""

import numpy as np
import pytest

from sculpt.data import load
from sculpt.data.long_tail import tail_sizes, with_long_tail
from sculpt.data.split import DataError, Split, Splits

DIGITS = {"name": "digits", "train": 1000, "validation": 297, "test": 500, "size": 8}


def numbers(split):
    """Of made-up images, whose pixels are their number."""
    return [int(split.decode(row)[0, 0, 0]) for row in range(len(split))]


def made_up(of_each, groups=None):
    """Training images of which class k has of_each[k], in turns of the classes."""
    labels = np.concatenate([np.full(count, k) for k, count in enumerate(of_each)])
    labels = labels[np.random.RandomState(0).permutation(len(labels))]
    groups = None if groups is None else labels % groups
    train = Split(labels, lambda row: np.full((1, 2, 2), row), groups)
    test = Split(np.arange(6) % len(of_each), lambda row: np.full((1, 2, 2), row))
    return Splits({"train": train, "test": test}, classes=len(of_each), mean=(0.0,), scale=(1.0,))


@pytest.mark.parametrize(
    ("largest", "classes", "factor", "expected"),
    [
        (100, 3, 0.01, [100, 10, 1]),
        (100, 3, 0.25, [100, 50, 25]),
        (64, 4, 0.125, [64, 32, 16, 8]),
        (10, 2, 0.5, [10, 5]),
        # The long-tailed CIFAR-10 of imbalance 100: 5000 * 100^(-k / 9), rounded.
        (5000, 10, 0.01, [5000, 2997, 1797, 1077, 646, 387, 232, 139, 83, 50]),
    ],
)
def test_classes_shrink_by_one_factor_from_the_first_to_the_last(largest, classes, factor, expected):
    assert tail_sizes(largest, classes, factor) == expected


def test_classes_keep_what_the_formula_says_in_the_order_of_the_source():
    splits = made_up([40, 40, 40])
    train = with_long_tail(splits, 0.1).parts["train"]
    assert np.bincount(train.labels).tolist() == [40, 13, 4]
    found = numbers(train)
    assert found == sorted(set(found)), "no image twice"
    assert train.labels.tolist() == splits.parts["train"].labels[found].tolist()


def test_the_smallest_class_says_how_many_the_first_keeps():
    train = with_long_tail(made_up([90, 30, 60]), 0.1).parts["train"]
    assert np.bincount(train.labels).tolist() == tail_sizes(30, 3, 0.1) == [30, 9, 3]


def test_a_longer_tail_keeps_a_part_of_a_shorter_one_and_not_the_first_images():
    splits = made_up([40, 40, 40])
    long, short = (set(numbers(with_long_tail(splits, factor).parts["train"])) for factor in (0.05, 0.5))
    assert long < short
    last = np.flatnonzero(splits.parts["train"].labels == 2)
    drawn = sorted(short.intersection(last.tolist()))
    assert len(drawn) == 20 and drawn != last[:20].tolist()


def test_groups_stay_with_their_images():
    splits = made_up([20, 20, 20], groups=2)
    train = with_long_tail(splits, 0.2).parts["train"]
    assert train.groups.tolist() == splits.parts["train"].groups[numbers(train)].tolist()


def test_digits_lose_training_images_alone(tmp_path):
    whole, tail = (load.read(tmp_path, settings) for settings in (DIGITS, DIGITS | {"long_tail": 0.1}))
    smallest = np.bincount(whole.parts["train"].labels).min()
    assert np.bincount(tail.parts["train"].labels).tolist() == tail_sizes(smallest, 10, 0.1)
    for name in ("validation", "test"):
        assert tail.parts[name].labels.tolist() == whole.parts[name].labels.tolist()
        assert all((tail.parts[name].decode(row) == whole.parts[name].decode(row)).all() for row in range(20))
    again = load.read(tmp_path, DIGITS | {"long_tail": 0.1}).parts["train"]
    pixels = [np.stack([part.decode(row) for row in range(len(part))]) for part in (tail.parts["train"], again)]
    np.testing.assert_array_equal(*pixels)


@pytest.mark.parametrize(
    ("of_each", "factor", "said"),
    [
        (
            [40, 40, 40],
            0.01,
            "leaves 1 of 3 classes without a training image, the first class 2; the smallest class has",
        ),
        ([40, 0, 40], 0.5, "leaves 3 of 3 classes without a training image, the first class 0; .* has 0 before the"),
    ],
)
def test_a_class_without_an_image_is_refused(of_each, factor, said):
    with pytest.raises(DataError, match=f"^data.long_tail is {factor}, which {said}"):
        with_long_tail(made_up(of_each), factor)
