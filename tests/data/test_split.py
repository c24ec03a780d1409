"""Fixed stratified splits: of the digits, and of made-up data sets."""

import numpy as np
import pytest

from sculpt.data import digits, load
from sculpt.data.split import DataError, Split, Splits, cut, take


def keys(split):
    return [image.tobytes() for image in split.images]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return load.read("digits", tmp_path_factory.mktemp("none"), train=1000, validation=297, test=500, size=8)


def test_digits_as_they_are(tmp_path):
    splits = digits.read(tmp_path)
    pixels = np.concatenate([part.images for part in splits.parts.values()])
    assert (pixels.shape, pixels.dtype, pixels.min(), pixels.max()) == ((1797, 1, 8, 8), np.uint8, 0, 16)
    assert (splits.classes, splits.mean, splits.scale) == (10, (0.0,), (16.0,))


def test_digits_sizes_and_strata(whole):
    assert {name: len(part) for name, part in whole.parts.items()} == {"train": 1000, "validation": 297, "test": 500}
    every = np.bincount(np.concatenate([part.labels for part in whole.parts.values()]))
    assert every.sum() == 1797 and every.min() == 174
    for part in whole.parts.values():
        assert (part.images.dtype, part.labels.dtype) == (np.uint8, np.int64)
        share = np.bincount(part.labels, minlength=10) / len(part)
        assert np.abs(share - every / 1797).max() < 0.003


def test_digits_splits_are_disjoint(whole):
    """No two of the 1,797 images are alike, so an image's bytes name it."""
    found = [key for part in whole.parts.values() for key in keys(part)]
    assert len(set(found)) == len(found) == 1797


def test_digits_are_the_same_every_time(whole, tmp_path):
    again = load.read("digits", tmp_path, train=1000, validation=297, test=500, size=8)
    for name, part in whole.parts.items():
        np.testing.assert_array_equal(part.images, again.parts[name].images)
        np.testing.assert_array_equal(part.labels, again.parts[name].labels)


@pytest.mark.parametrize(("train", "validation"), [(1000, 100), (200, 297), (50, 50)])
def test_test_images_do_not_depend_on_the_other_sizes(whole, tmp_path, train, validation):
    other = load.read("digits", tmp_path, train=train, validation=validation, test=500, size=8)
    np.testing.assert_array_equal(other.parts["test"].images, whole.parts["test"].images)
    np.testing.assert_array_equal(other.parts["test"].labels, whole.parts["test"].labels)
    held_out = set(keys(whole.parts["test"]))
    assert not held_out.intersection(keys(other.parts["train"]) + keys(other.parts["validation"]))
    assert (len(other.parts["train"]), len(other.parts["validation"])) == (train, validation)


def test_validation_images_do_not_depend_on_the_training_size(whole, tmp_path):
    other = load.read("digits", tmp_path, train=300, validation=297, test=500, size=8)
    assert keys(other.parts["validation"]) == keys(whole.parts["validation"])


def test_a_smaller_size_averages_neighbouring_pixels(whole, tmp_path):
    small = load.read("digits", tmp_path, train=1000, validation=297, test=500, size=4).parts["train"]
    large = whole.parts["train"]
    assert small.images.shape == (1000, 1, 4, 4) and small.images.dtype == np.uint8
    np.testing.assert_array_equal(small.labels, large.labels)
    for i in (0, 500):
        for row in range(4):
            for column in range(4):
                block = large.images[i, 0, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2].astype(float)
                assert abs(float(small.images[i, 0, row, column]) - block.mean()) <= 0.5


def made_up(n, test=20, size=8, classes=2):
    labels = np.arange(n) % classes
    images = np.broadcast_to(np.arange(n, dtype=np.uint8)[:, None, None, None], (n, 1, size, size)).copy()
    parts = {"train": Split(images, labels), "test": Split(images[:test] + 100, labels[:test])}
    return Splits(parts, classes=classes, mean=(0.0,), scale=(1.0,))


def test_averages_round_to_the_nearest_value_a_channel():
    source = made_up(4, test=4, size=4)
    block = np.array([[1, 2, 0, 0], [2, 2, 0, 255], [255, 255, 7, 7], [255, 255, 7, 8]], dtype=np.uint8)
    images = np.stack([np.stack([block, block[::-1]])] * 4)
    source.parts["train"] = Split(images, np.arange(4) % 2)
    (image, *_) = take(source, train=2, validation=2, test=4, size=2).parts["train"].images
    np.testing.assert_array_equal(image, [[[2, 64], [255, 7]], [[255, 7], [2, 64]]])


def test_take_may_use_every_image():
    parts = take(made_up(40), train=30, validation=10, test=20, size=8).parts
    assert sorted(parts["train"].images[:, 0, 0, 0].tolist() + parts["validation"].images[:, 0, 0, 0].tolist()) == list(
        range(40)
    )
    assert parts["test"].images[:, 0, 0, 0].tolist() == list(range(100, 120))


def test_cut_keeps_the_order_and_loses_nothing():
    source = made_up(50).parts["train"]
    rest, part = cut(source, 20)
    numbers, picked = rest.images[:, 0, 0, 0].tolist(), part.images[:, 0, 0, 0].tolist()
    assert (len(numbers), len(picked)) == (30, 20)
    assert numbers == sorted(numbers) and picked == sorted(picked)
    assert sorted(numbers + picked) == list(range(50))
    assert np.bincount(part.labels).tolist() == [10, 10]
    assert picked != list(range(20)), "the subset is shuffled, not the first images"


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"train": 1001, "validation": 297}, "train.*validation is 1298; the data set has 1297 training images"),
        ({"test": 501}, "data.test is 501; the data set has 500 test images"),
        ({"size": 16}, "data.size is 16; allowed: 8"),
        ({"size": 3}, "data.size is 3; allowed: 8"),
    ],
)
def test_what_cannot_be_had_is_said(tmp_path, sizes, message):
    asked = {"train": 1000, "validation": 297, "test": 500, "size": 8} | sizes
    with pytest.raises(DataError, match=message):
        load.read("digits", tmp_path, **asked)


@pytest.mark.parametrize("sizes", [{"train": 5}, {"test": 495}, {"validation": 290}])
def test_too_few_for_one_of_each_class_is_a_data_error(tmp_path, sizes):
    """Asked for, or left over: scikit-learn stratifies neither with fewer images than classes."""
    asked = {"train": 1000, "validation": 297, "test": 500, "size": 8} | sizes
    with pytest.raises(DataError):
        load.read("digits", tmp_path, **asked)
