"""CIFAR-10: what is said where the files are missing, and, where they are there, that they are the real ones."""

import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import torchvision.datasets.cifar

from sculpt.data import cifar10, load
from sculpt.data.split import DataError

ROOT = Path(os.environ.get("SCULPT_DATA", ""))
REAL = pytest.mark.skipif(
    "SCULPT_DATA" not in os.environ or not (ROOT / "cifar-10-batches-py").is_dir(),
    reason="the environment variable SCULPT_DATA names no folder that holds cifar-10-batches-py",
)


def without_network(monkeypatch, error):
    calls = []

    def refuse(*args, **kwargs):
        calls.append(args)
        raise error

    monkeypatch.setattr(torchvision.datasets.cifar, "download_and_extract_archive", refuse)
    return calls


def test_missing_files_are_named_with_where_to_put_them(monkeypatch, tmp_path):
    calls = without_network(monkeypatch, OSError("no route to host"))
    with pytest.raises(DataError) as caught:
        load.read("cifar10", tmp_path / "raw", train=100, validation=100, test=100, size=32)
    assert calls, "the fetch is tried"
    message = str(caught.value)
    assert "\n" not in message
    assert f"{tmp_path}/raw/cifar-10-batches-py" in message
    for part in ("data_batch_1", "data_batch_5", "test_batch", "batches.meta", "SCULPT_DATA", "no route to host"):
        assert part in message


def test_damaged_files_are_refused(monkeypatch, tmp_path):
    without_network(monkeypatch, OSError("no route to host"))
    folder = tmp_path / "cifar-10-batches-py"
    folder.mkdir()
    for name in (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch", "batches.meta"):
        (folder / name).write_bytes(b"not CIFAR-10")
    with pytest.raises(DataError, match="missing or damaged"):
        cifar10.read(tmp_path)


def test_an_error_without_a_message_is_no_obstacle(monkeypatch, tmp_path):
    without_network(monkeypatch, ConnectionResetError())
    with pytest.raises(DataError, match="put the CIFAR-10 python batches"):
        cifar10.read(tmp_path)


@REAL
def test_the_real_images(monkeypatch):
    without_network(monkeypatch, AssertionError("files that are there are not fetched"))
    splits = cifar10.read(ROOT)
    train, test = splits.parts["train"], splits.parts["test"]
    assert (train.images.shape, train.images.dtype) == ((50_000, 3, 32, 32), np.uint8)
    assert test.images.shape == (10_000, 3, 32, 32)
    assert np.bincount(train.labels).tolist() == [5_000] * 10
    assert np.bincount(test.labels).tolist() == [1_000] * 10
    # The first training image is a frog, the first test image a cat.
    assert (train.labels[0], test.labels[0]) == (6, 3)
    assert train.images[0, :, 0, 0].tolist() == [59, 62, 63]
    # Red, green and blue planes, each row by row, as the file's description says.
    raw = pickle.loads((ROOT / "cifar-10-batches-py" / "test_batch").read_bytes(), encoding="bytes")[b"data"]
    np.testing.assert_array_equal(test.images[7], raw[7].reshape(3, 32, 32))
    # The channel means that every CIFAR-10 loader uses: this fails on channels in another order.
    means = train.images.mean((0, 2, 3)) / 255
    np.testing.assert_allclose(means, [0.4914, 0.4822, 0.4465], atol=5e-5)
    np.testing.assert_allclose(np.array(splits.mean) / 255, means, atol=5e-5)


@REAL
def test_a_real_subset():
    splits = load.read("cifar10", ROOT, train=2000, validation=500, test=1000, size=16)
    for name, count in {"train": 2000, "validation": 500, "test": 1000}.items():
        part = splits.parts[name]
        assert part.images.shape == (count, 3, 16, 16)
        assert np.bincount(part.labels).tolist() == [count // 10] * 10
