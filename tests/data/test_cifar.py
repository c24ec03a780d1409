"""CIFAR: which file is at fault and what to do, and, where the real files are there, that they are read as they are."""

import hashlib
import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import torchvision.datasets.cifar
from torchvision.datasets import CIFAR10, CIFAR100

from sculpt.core.raw import DEFAULT_ROOT
from sculpt.data import load
from sculpt.data.sets import cifar10, cifar100
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


def images(split):
    return np.concatenate(list(split.chunks(threads=1)))


@pytest.fixture
def fake(monkeypatch, tmp_path):
    """Twelve training and six test images in the files of CIFAR-100, in torchvision's layout and with their md5."""
    without_network(monkeypatch, AssertionError("files that are there are not fetched"))
    folder = tmp_path / CIFAR100.base_folder
    folder.mkdir()
    random = np.random.default_rng(0)

    def write(name, content):
        (folder / name).write_bytes(pickle.dumps(content))
        return [name, hashlib.md5((folder / name).read_bytes()).hexdigest()]

    def batch(n):
        pixels = random.integers(256, size=(n, 3072), dtype=np.uint8)
        return {"data": pixels, "fine_labels": [i % 3 for i in range(n)], "coarse_labels": [0] * n}

    train, test = batch(12), batch(6)
    monkeypatch.setattr(CIFAR100, "train_list", [write("train", train)])
    monkeypatch.setattr(CIFAR100, "test_list", [write("test", test)])
    name, md5 = write("meta", {"fine_label_names": ["a", "b", "c"]})
    monkeypatch.setattr(CIFAR100, "meta", {"filename": name, "key": "fine_label_names", "md5": md5})
    return tmp_path, train, test


def test_images_and_fine_labels_are_those_of_the_files(fake):
    root, *batches = fake
    splits = cifar100.read(root, {"size": 32})
    assert splits.classes == 100
    for part, batch in zip((splits.parts["train"], splits.parts["test"]), batches, strict=True):
        # Red, green and blue planes, each row by row, as the file's description says.
        np.testing.assert_array_equal(images(part), batch["data"].reshape(-1, 3, 32, 32))
        assert part.labels.tolist() == batch["fine_labels"]


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda file: file.write_bytes(file.read_bytes()[:-100]), "damaged or cut short (md5) {name}"),
        (lambda file: file.write_bytes(b"!" + file.read_bytes()[1:]), "damaged or cut short (md5) {name}"),
        (lambda file: file.unlink(), "missing {name}"),
    ],
    ids=["truncated", "another byte", "missing"],
)
@pytest.mark.parametrize("name", ["train", "test", "meta"])
def test_the_file_at_fault_is_named(fake, monkeypatch, name, break_it, said):
    root, *_ = fake
    without_network(monkeypatch, OSError("no route to host"))
    break_it(root / CIFAR100.base_folder / name)
    with pytest.raises(DataError) as caught:
        cifar100.read(root, {"size": 32})
    message = str(caught.value)
    assert "\n" not in message
    assert f"{root}/cifar-100-python: {said.format(name=name)};" in message


def test_missing_files_are_named_with_where_to_put_them(monkeypatch, tmp_path):
    calls = without_network(monkeypatch, OSError("no route to host"))
    (tmp_path / "raw").mkdir()
    with pytest.raises(DataError) as caught:
        load.read(tmp_path / "raw", {"name": "cifar10", "train": 100, "validation": 100, "test": 100, "size": 32})
    assert calls, "the fetch is tried"
    message = str(caught.value)
    assert "\n" not in message
    assert f"{tmp_path}/raw/cifar-10-batches-py" in message
    for part in ("data_batch_1", "data_batch_5", "test_batch", "batches.meta", "SCULPT_DATA", "no route to host"):
        assert part in message
    assert CIFAR10.url in message


def test_a_folder_that_is_not_there_is_not_fetched_into(monkeypatch, tmp_path):
    calls = without_network(monkeypatch, OSError("no route to host"))
    with pytest.raises(DataError, match="/nowhere: no such folder; set SCULPT_DATA to the one that holds cifar-10-ba"):
        cifar10.read(tmp_path / "nowhere", {"size": 32})
    assert not calls
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match="no route to host"):
        cifar10.read(DEFAULT_ROOT, {"size": 32})
    assert calls


def test_an_error_without_a_message_is_no_obstacle(monkeypatch, tmp_path):
    without_network(monkeypatch, ConnectionResetError())
    with pytest.raises(DataError, match="could not be fetched \\(ConnectionResetError\\)"):
        cifar10.read(tmp_path, {"size": 32})


@REAL
def test_the_real_images(monkeypatch):
    without_network(monkeypatch, AssertionError("files that are there are not fetched"))
    splits = cifar10.read(ROOT, {"size": 32})
    train, test = splits.parts["train"], splits.parts["test"]
    pixels = images(train)
    assert (pixels.shape, pixels.dtype) == ((50_000, 3, 32, 32), np.uint8)
    assert np.bincount(train.labels).tolist() == [5_000] * 10
    assert np.bincount(test.labels).tolist() == [1_000] * 10
    # The first training image is a frog, the first test image a cat.
    assert (train.labels[0], test.labels[0]) == (6, 3)
    assert pixels[0, :, 0, 0].tolist() == [59, 62, 63]
    # The channel means that every CIFAR-10 loader uses: this fails on channels in another order.
    means = pixels.mean((0, 2, 3)) / 255
    np.testing.assert_allclose(means, [0.4914, 0.4822, 0.4465], atol=5e-5)
    np.testing.assert_allclose(np.array(splits.mean) / 255, means, atol=5e-5)


@REAL
def test_a_real_subset():
    splits = load.read(ROOT, {"name": "cifar10", "train": 2000, "validation": 500, "test": 1000, "size": 16})
    for name, count in {"train": 2000, "validation": 500, "test": 1000}.items():
        part = splits.parts[name]
        assert images(part).shape == (count, 3, 16, 16)
        assert np.bincount(part.labels).tolist() == [count // 10] * 10
