"""Tiny-ImageNet and ImageNet from made-up folders: what is read, what is decoded, and what is said of bad input."""

import shutil

import numpy as np
import pytest
from PIL import Image
from torchvision.transforms import CenterCrop, Compose, PILToTensor, Resize

from sculpt.data import load
from sculpt.data.folders import decode
from sculpt.data.sets import imagenet, tiny_imagenet
from sculpt.data.split import DataError

CLASSES = ["n01", "n02", "n03"]
OF_EACH = {"train": 4, "val": 2}


def write_image(path, seed, size=(70, 52), mode="RGB"):
    path.parent.mkdir(parents=True, exist_ok=True)
    channels = {"L": (), "RGB": (3,), "CMYK": (4,)}[mode]
    pixels = np.random.default_rng(seed).integers(256, size=(*size[::-1], *channels), dtype=np.uint8)
    Image.fromarray(pixels, mode).save(path)
    return path


@pytest.fixture
def made_imagenet(tmp_path, monkeypatch):
    monkeypatch.setattr(imagenet, "CLASSES", len(CLASSES))
    monkeypatch.setattr(imagenet, "TRAIN_OF_EACH", range(3, 5))
    monkeypatch.setattr(imagenet, "TEST_OF_EACH", range(2, 3))
    monkeypatch.setattr(imagenet, "TRAIN", 12)
    for part, count in OF_EACH.items():
        for label, name in enumerate(CLASSES):
            for i in range(count):
                write_image(tmp_path / "imagenet" / part / name / f"{name}_{i}.JPEG", 10 * label + i)
    return tmp_path / "imagenet"


@pytest.fixture
def made_tiny(tmp_path, monkeypatch):
    monkeypatch.setattr(tiny_imagenet, "CLASSES", len(CLASSES))
    monkeypatch.setattr(tiny_imagenet, "TRAIN_OF_EACH", 4)
    monkeypatch.setattr(tiny_imagenet, "TEST_OF_EACH", 2)
    folder = tmp_path / "tiny-imagenet-200"
    for label, name in enumerate(CLASSES):
        for i in range(4):
            write_image(folder / "train" / name / "images" / f"{name}_{i}.JPEG", 10 * label + i, (64, 64))
        (folder / "train" / name / f"{name}_boxes.txt").write_text(f"{name}_0.JPEG\t0\t0\t9\t9\n")
    (folder / "wnids.txt").write_text("".join(f"{name}\n" for name in reversed(CLASSES)))
    lines = []
    for i, name in enumerate(CLASSES * 2):
        write_image(folder / "val" / "images" / f"val_{i}.JPEG", 100 + i, (64, 64))
        lines.append(f"val_{i}.JPEG\t{name}\t0\t0\t9\t9\n")
    (folder / "val" / "val_annotations.txt").write_text("".join(lines))
    return folder


def images(split):
    return np.concatenate(list(split.chunks(threads=2)))


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("size", [(70, 52), (52, 71), (20, 30), (32, 32)])
def test_an_image_is_scaled_and_cut_as_torchvision_does(tmp_path, mode, size):
    path = write_image(tmp_path / "image.JPEG", 0, size, mode)
    expected = Compose([Resize(32), CenterCrop(32), PILToTensor()])(Image.open(path).convert("RGB"))
    np.testing.assert_array_equal(decode(str(path), 32), expected)


def test_imagenet_is_read_class_by_class(made_imagenet):
    splits = imagenet.read(made_imagenet.parent, {"size": 16})
    assert (splits.classes, len(splits.mean)) == (3, 3)
    for part, name in (("train", "train"), ("test", "val")):
        paths = sorted((made_imagenet / name).glob("*/*"))
        found = splits.parts[part]
        assert found.labels.tolist() == [CLASSES.index(path.parent.name) for path in paths]
        np.testing.assert_array_equal(images(found), [decode(str(path), 16) for path in paths])


def test_tiny_imagenet_is_tested_on_its_labelled_validation_images(made_tiny):
    splits = tiny_imagenet.read(made_tiny.parent, {"size": 64})
    train, test = splits.parts["train"], splits.parts["test"]
    assert train.labels.tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert test.labels.tolist() == [0, 1, 2] * 2
    paths = [made_tiny / "val" / "images" / f"val_{i}.JPEG" for i in range(6)]
    np.testing.assert_array_equal(images(test), [decode(str(path), 64) for path in paths])


def test_a_file_that_is_not_asked_for_is_not_opened(made_imagenet):
    asked = {"name": "imagenet", "train": 3, "validation": 3, "test": 3, "size": 16}
    parts = load.read(made_imagenet.parent, asked).parts
    whole = imagenet.read(made_imagenet.parent, {"size": 16}).parts["test"]
    wanted = {image.tobytes() for image in images(parts["test"])}
    for path, image in zip(sorted((made_imagenet / "val").glob("*/*")), images(whole), strict=True):
        if image.tobytes() not in wanted:
            path.write_bytes(b"")
    again = load.read(made_imagenet.parent, asked).parts["test"]
    np.testing.assert_array_equal(images(again), images(parts["test"]))


@pytest.mark.parametrize("damage", [lambda raw: b"", lambda raw: b"not an image", lambda raw: raw[: len(raw) // 2]])
def test_an_image_that_does_not_decode_is_named(made_imagenet, damage):
    path = made_imagenet / "train" / "n02" / "n02_1.JPEG"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError) as caught:
        images(imagenet.read(made_imagenet.parent, {"size": 16}).parts["train"])
    assert str(caught.value).startswith(f"{path}: not an image that can be decoded (")
    assert "\n" not in str(caught.value)


def unlink(*places):
    def damage(folder):
        for place in places:
            shutil.rmtree(folder / place) if (folder / place).is_dir() else (folder / place).unlink()

    return damage


def empty(place):
    def damage(folder):
        shutil.rmtree(folder / place)
        (folder / place).mkdir(parents=True)

    return damage


def rename(place, name):
    return lambda folder: (folder / place).rename((folder / place).with_name(name))


def rewrite(place, old, new):
    return lambda folder: (folder / place).write_text((folder / place).read_text().replace(old, new))


IMAGENET = {
    "no folder": (unlink("."), "/train: no such folder"),
    "no test images": (unlink("val"), "/val: no such folder"),
    "no class folders": (empty("train"), "/train: Couldn't find any class folder in "),
    "a class is missing": (unlink("train/n02"), "/train: 2 class folders, there should be 3"),
    "a class is another": (rename("val/n02", "n09"), "/train: 1 of the classes in {}/val are missing, the first n09"),
    "an empty class": (empty("val/n03"), "1 of 3 classes lack images or have too many, the first n03 with 0; "),
    "too few of a class": (
        unlink("train/n01/n01_0.JPEG", "train/n01/n01_1.JPEG"),
        "n01 with 2; there should be 3 to 4",
    ),
    "images are missing": (unlink("train/n01/n01_0.JPEG"), "/train: 11 images, there should be 12"),
}
TINY = {
    "no folder": (unlink("."), "/train: no such folder"),
    "a class is missing": (unlink("train/n02"), "/train: 2 class folders, there should be 3"),
    "too few of a class": (unlink("train/n01/images/n01_0.JPEG"), "the first n01 with 3; there should be 4;"),
    "a class is another": (
        rename("train/n02", "n09"),
        "/train: 1 of the classes in {}/wnids.txt are missing, the first n02",
    ),
    "no list of classes": (unlink("wnids.txt"), "/wnids.txt: no such file"),
    "no labels": (unlink("val/val_annotations.txt"), "/val/val_annotations.txt: no such file"),
    "an unknown label": (
        rewrite("val/val_annotations.txt", "val_4.JPEG\tn02", "val_4.JPEG\tn0"),
        ": line 5 names no class",
    ),
    "labels cut short": (
        rewrite("val/val_annotations.txt", "val_5.JPEG\tn03\t0\t0\t9\t9\n", ""),
        "n03 with 1; there should be 2",
    ),
    "a test image is missing": (unlink("val/images/val_3.JPEG"), "/val/images/val_3.JPEG: no such file"),
}


def check(module, folder, damage, said):
    module.read(folder.parent, {"size": 16})
    damage(folder)
    with pytest.raises(DataError) as caught:
        module.read(folder.parent, {"size": 16})
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{folder}/")
    assert said.format(folder) in message
    assert "SCULPT_DATA" in message, "what to do is said"


@pytest.mark.parametrize(("damage", "said"), IMAGENET.values(), ids=IMAGENET)
def test_what_is_wrong_with_imagenet_is_said(made_imagenet, damage, said):
    check(imagenet, made_imagenet, damage, said)


@pytest.mark.parametrize(("damage", "said"), TINY.values(), ids=TINY)
def test_what_is_wrong_with_tiny_imagenet_is_said(made_tiny, damage, said):
    check(tiny_imagenet, made_tiny, damage, said)
