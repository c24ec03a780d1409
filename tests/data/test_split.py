"""Fixed stratified splits: of the digits, and of made-up data sets."""

import numpy as np
import pytest

from sculpt.data import load
from sculpt.data.sets import digits
from sculpt.data.split import CHUNK, DataError, Split, Splits, cut, in_memory, take

DIGITS = {"name": "digits", "train": 1000, "validation": 297, "test": 500, "size": 8}


def images(split):
    return np.concatenate(list(split.chunks(threads=1)))


def keys(split):
    return [image.tobytes() for image in images(split)]


def numbers(split):
    """Of made-up images, whose pixels are their number."""
    return images(split)[:, 0, 0, 0].tolist()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return load.read(tmp_path_factory.mktemp("none"), DIGITS)


def test_digits_as_they_are(tmp_path):
    splits = digits.read(tmp_path, {"size": 8})
    pixels = np.concatenate([images(part) for part in splits.parts.values()])
    assert (pixels.shape, pixels.dtype, pixels.min(), pixels.max()) == ((1797, 1, 8, 8), np.uint8, 0, 16)
    assert (splits.classes, splits.mean, splits.scale) == (10, (0.0,), (16.0,))


def test_digits_sizes_and_strata(whole):
    assert {name: len(part) for name, part in whole.parts.items()} == {"train": 1000, "validation": 297, "test": 500}
    every = np.bincount(np.concatenate([part.labels for part in whole.parts.values()]))
    assert every.sum() == 1797 and every.min() == 174
    for part in whole.parts.values():
        assert (images(part).dtype, part.labels.dtype) == (np.uint8, np.int64)
        share = np.bincount(part.labels, minlength=10) / len(part)
        assert np.abs(share - every / 1797).max() < 0.003


def test_digits_splits_are_disjoint(whole):
    """No two of the 1,797 images are alike, so an image's bytes name it."""
    found = [key for part in whole.parts.values() for key in keys(part)]
    assert len(set(found)) == len(found) == 1797


def test_digits_are_the_same_every_time(whole, tmp_path):
    again = load.read(tmp_path, DIGITS)
    for name, part in whole.parts.items():
        np.testing.assert_array_equal(images(part), images(again.parts[name]))
        np.testing.assert_array_equal(part.labels, again.parts[name].labels)


@pytest.mark.parametrize(("train", "validation"), [(1000, 100), (200, 297), (50, 50)])
def test_test_images_do_not_depend_on_the_other_sizes(whole, tmp_path, train, validation):
    other = load.read(tmp_path, DIGITS | {"train": train, "validation": validation})
    np.testing.assert_array_equal(images(other.parts["test"]), images(whole.parts["test"]))
    np.testing.assert_array_equal(other.parts["test"].labels, whole.parts["test"].labels)
    held_out = set(keys(whole.parts["test"]))
    assert not held_out.intersection(keys(other.parts["train"]) + keys(other.parts["validation"]))
    assert (len(other.parts["train"]), len(other.parts["validation"])) == (train, validation)


def test_validation_images_do_not_depend_on_the_training_size(whole, tmp_path):
    other = load.read(tmp_path, DIGITS | {"train": 300})
    assert keys(other.parts["validation"]) == keys(whole.parts["validation"])


def test_a_smaller_size_averages_neighbouring_pixels(whole, tmp_path):
    part = load.read(tmp_path, DIGITS | {"size": 4}).parts["train"]
    np.testing.assert_array_equal(part.labels, whole.parts["train"].labels)
    small, large = images(part), images(whole.parts["train"])
    assert small.shape == (1000, 1, 4, 4) and small.dtype == np.uint8
    blocks = large.astype(float).reshape(1000, 1, 4, 2, 4, 2).mean((3, 5))
    assert np.abs(small - blocks).max() <= 0.5


def test_averages_round_to_the_nearest_value_a_channel():
    block = np.array([[1, 2, 0, 0], [2, 2, 0, 255], [255, 255, 7, 7], [255, 255, 7, 8]], dtype=np.uint8)
    (image,) = images(in_memory(np.stack([block, block[::-1]])[None], np.zeros(1, dtype=np.int64), size=2))
    np.testing.assert_array_equal(image, [[[2, 64], [255, 7]], [[255, 7], [2, 64]]])


def numbered(labels, decoded=None, add=0):
    """A split whose images are all their row's number, plus `add`; `decoded` collects the rows that were asked for."""

    def decode(row):
        if decoded is not None:
            decoded.append(int(row))
        return np.full((1, 2, 2), (row + add) % 256, dtype=np.uint8)

    return Split(np.asarray(labels), decode)


def made_up(n, test=20, decoded=None):
    parts = {"train": numbered(np.arange(n) % 2, decoded), "test": numbered(np.arange(test) % 2, add=100)}
    return Splits(parts, classes=2, mean=(0.0,), scale=(1.0,))


def test_take_may_use_every_image():
    parts = take(made_up(40), train=30, validation=10, test=20).parts
    assert sorted(numbers(parts["train"]) + numbers(parts["validation"])) == list(range(40))
    assert numbers(parts["test"]) == list(range(100, 120))


def test_cut_keeps_the_order_and_loses_nothing():
    rest, part = cut(made_up(50).parts["train"], 20)
    kept, picked = numbers(rest), numbers(part)
    assert (len(kept), len(picked)) == (30, 20)
    assert kept == sorted(kept) and picked == sorted(picked)
    assert sorted(kept + picked) == list(range(50))
    assert np.bincount(part.labels).tolist() == [10, 10]
    assert picked != list(range(20)), "the subset is shuffled, not the first images"


def test_only_the_images_of_a_subset_are_decoded():
    decoded = []
    part = take(made_up(1000, decoded=decoded), train=10, validation=6, test=20).parts["train"]
    assert decoded == []
    assert numbers(part) == [row % 256 for row in decoded]
    assert len(decoded) == len(part) == 10


def test_threads_change_neither_images_nor_their_order():
    part = numbered(np.zeros(2 * CHUNK + 3))
    alone, together = list(part.chunks(threads=1)), list(part.chunks(threads=3))
    assert [len(chunk) for chunk in alone] == [CHUNK, CHUNK, 3]
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)
    assert numbers(part) == [row % 256 for row in range(len(part))]


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
    with pytest.raises(DataError, match=message):
        load.read(tmp_path, DIGITS | sizes)


@pytest.mark.parametrize("sizes", [{"train": 5}, {"test": 495}, {"validation": 290}])
def test_too_few_for_one_of_each_class_is_a_data_error(tmp_path, sizes):
    """Asked for, or left over: scikit-learn stratifies neither with fewer images than classes."""
    with pytest.raises(DataError):
        load.read(tmp_path, DIGITS | sizes)
