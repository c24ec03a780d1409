"""The data set `folder`, from made-up images: what its settings find, what is read, and which images are refused."""

import json
import logging

import numpy as np
import pytest
from PIL import Image

from sculpt.core import image_folder
from sculpt.core.kinds import DATASETS
from sculpt.core.settings import values
from sculpt.data import examined, load
from sculpt.data.folders import decode
from sculpt.data.split import DataError


def write(path, colour=0, size=(12, 10), mode="RGB"):
    """An image of noise around a colour, of which the values say where it is from."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shape = (*size[::-1], 3) if mode == "RGB" else size[::-1]
    pixels = np.random.default_rng(colour).integers(colour, colour + 40, shape)
    Image.fromarray(pixels.astype(np.uint8)).convert(mode).save(path)


@pytest.fixture(autouse=True)
def forgotten():
    """What a process has seen of a folder stays; tests share one process."""
    image_folder.seen.cache_clear()
    image_folder.contents.cache_clear()


@pytest.fixture
def pool(tmp_path):
    for label, name in enumerate(("ants", "bees", "all")):
        for i in range(20 + label):
            write(tmp_path / "mine" / name / f"{i:02}.png", 60 * label + i)
    return tmp_path / "mine"


@pytest.fixture
def parts(tmp_path):
    for label, name in enumerate(("ants", "bees")):
        for i in range(15):
            write(tmp_path / "mine/train" / name / f"{i:02}.png", 60 * label + i)
        for i in range(3 + label):
            write(tmp_path / "mine/val" / name / f"{i:02}.png", 60 * label + 20 + i)
    return tmp_path / "mine"


def section(**given):
    return DATASETS.settings("folder")(**{"name": "folder", "path": "mine", "size": 8, **given})


def found(folder, **given):
    return section(**given).found(folder.parent)


def read(folder, **given):
    return load.read(folder.parent, values(found(folder, **given)))


def names(part):
    return [part.name(row) for row in range(len(part))]


def test_settings_that_have_not_looked_say_nothing_of_numbers(pool):
    unseen = section()
    assert values(unseen) == {"name": "folder", "path": "mine", "size": 8}
    assert unseen.training_images() > 10**6 and min(unseen.class_sizes()) > 10**6


def test_settings_find_numbers_classes_and_the_listing(pool):
    here = found(pool)
    listing = image_folder.look_into(pool).listing
    numbers = {"train": 45, "validation": 5, "test": 13}
    assert values(here) == {"name": "folder", "path": "mine", "size": 8, **numbers, "classes": 3, "listing": listing}
    assert (here.class_count(), here.training_images()) == (3, 45)
    assert sum(here.class_sizes()) <= 45 and min(here.class_sizes()) >= 13


def test_settings_that_are_told_in_full_are_the_same_with_and_without_the_folder(pool):
    here = found(pool)
    told = section(**values(here))
    assert values(told.found(pool.parent)) == values(here)
    pool.rename(pool.with_name("gone"))
    image_folder.seen.cache_clear()
    assert told.found(pool.parent) is told


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"path": "mini"}, "path: \"mini\"; allowed: a folder of images; {}/mini: no such folder; nearest: 'mine'"),
        ({"classes": 4}, "classes: 4; allowed: 3, which {}/mine has"),
        ({"listing": 64 * "0"}, f"listing: {64 * '0'}; allowed: "),
        ({"groups": "table.csv"}, 'groups: "table.csv"; allowed: with {0}/mine/train and {0}/mine/test'),
        ({"test": 63}, "test: 63; allowed: fewer than the 63 images of the folder"),
        ({"crop": 9}, "crop: 9; allowed: at most size (8)"),
        ({"long_tail": 0.01}, "long_tail: 0.01; allowed: above "),
    ],
)
def test_settings_that_do_not_fit_the_folder_are_refused(pool, given, said):
    with pytest.raises(ValueError) as caught:
        found(pool, **given)
    text = str(caught.value)
    assert said.format(pool.parent) in text


def test_a_folder_with_a_fault_is_named_with_its_key(pool):
    (pool / "empty").mkdir()
    with pytest.raises(ValueError, match=r'^path: "mine"; .*/mine: 1 of 4 classes without an image: empty; allowed: '):
        found(pool)


def test_an_absolute_path_does_without_the_data_folder(pool, tmp_path):
    assert section(path=str(pool)).found(tmp_path / "elsewhere").train == 45


def test_a_pool_is_cut_into_three_with_the_share_of_each_class(pool):
    splits = read(pool)
    counted = {name: np.bincount(part.labels).tolist() for name, part in splits.parts.items()}
    assert {name: sum(of_class) for name, of_class in counted.items()} == {"train": 45, "validation": 5, "test": 13}
    assert all(max(of_class) - min(of_class) <= 2 and min(of_class) for of_class in counted.values())
    every = [name for part in splits.parts.values() for name in names(part)]
    assert len({*every}) == len(every) == 63
    assert names(read(pool).parts["test"]) == names(splits.parts["test"]), "the same images every time"
    classes = ["all", "ants", "bees"]
    for part in splits.parts.values():
        assert [name.split("/")[0] for name in names(part)] == [classes[label] for label in part.labels]


def test_classes_are_the_groups_and_none_is_called_all(pool):
    splits = read(pool)
    assert splits.group_names == ("all (class)", "ants", "bees")
    assert all((part.groups == part.labels).all() for part in splits.parts.values())


def test_pixels_are_those_of_the_files(pool):
    part = read(pool).parts["validation"]
    for row, name in enumerate(names(part)):
        np.testing.assert_array_equal(part.decode(row), decode(str(pool / name), 8))


def test_held_out_images_are_the_test_split(parts):
    splits = read(parts)
    assert names(splits.parts["test"]) == [
        *(f"ants/{i:02}.png" for i in range(3)),
        *(f"bees/{i:02}.png" for i in range(4)),
    ]
    np.testing.assert_array_equal(splits.parts["test"].decode(0), decode(str(parts / "val/ants/00.png"), 8))
    assert {name: len(part) for name, part in splits.parts.items()} == {"train": 27, "validation": 3, "test": 7}


def test_groups_come_from_a_table_of_held_out_images(parts):
    rows = [f"train,{name}/{i:02}.png,{'odd' if i % 2 else 'even'}" for name in ("ants", "bees") for i in range(15)]
    rows += [f"test,{name}/{i:02}.png,odd" for name, n in (("ants", 3), ("bees", 4)) for i in range(n)]
    (parts.parent / "groups.csv").write_text("\n".join(["split,image,group", *rows]))
    splits = read(parts, groups="groups.csv")
    assert splits.group_names == ("even", "odd")
    assert splits.parts["test"].groups.tolist() == [1] * 7


def test_mean_and_scale_are_those_of_the_training_pixels(pool):
    splits = read(pool)
    train = np.concatenate(list(splits.parts["train"].chunks(1)))
    np.testing.assert_allclose(splits.mean, train.mean((0, 2, 3)), rtol=1e-8)
    np.testing.assert_allclose(splits.scale, train.std((0, 2, 3)), rtol=1e-8)


def test_mean_and_scale_of_a_long_tail_are_of_what_it_keeps(pool):
    splits = read(pool, long_tail=0.2)
    train = np.concatenate(list(splits.parts["train"].chunks(1)))
    assert len(train) < 45
    np.testing.assert_allclose(splits.mean, train.mean((0, 2, 3)), rtol=1e-8)


def test_images_of_one_colour_are_not_divided_by_zero(tmp_path):
    for name in ("a", "b"):
        for i in range(15):
            (tmp_path / "mine" / name).mkdir(parents=True, exist_ok=True)
            Image.new("L", (9, 9), 7).save(tmp_path / "mine" / name / f"{i}.png")
    splits = read(tmp_path / "mine")
    assert (splits.mean, splits.scale) == ((7.0,) * 3, (1.0,) * 3)


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "CMYK", "LA"])
def test_images_of_every_mode_become_rgb(tmp_path, mode):
    path = tmp_path / ("image.tif" if mode == "CMYK" else "image.png")
    write(path, 90, mode=mode)
    image = examined.decode_own(str(path), 10)
    assert (image.shape, image.dtype) == ((3, 10, 10), np.uint8)
    with Image.open(path) as file:
        assert file.mode == mode
        middle = np.asarray(file.convert("RGB"))[:, 1:11].transpose(2, 0, 1)
    np.testing.assert_array_equal(image, middle)


def test_what_a_camera_says_of_its_orientation_is_not_read(tmp_path):
    """As torchvision's loader does."""
    write(tmp_path / "flat.png", 90)
    with Image.open(tmp_path / "flat.png") as image:
        exif = image.getexif()
        exif[0x0112] = 6  # turned by a quarter
        image.save(tmp_path / "turned.png", exif=exif)
    flat, turned = (examined.decode_own(str(tmp_path / f"{name}.png"), 8) for name in ("flat", "turned"))
    np.testing.assert_array_equal(flat, turned)


def spoil(path, how):
    raw = path.read_bytes()
    if how == "empty":
        path.write_bytes(b"")
    elif how == "cut":
        path.write_bytes(raw[: len(raw) // 2])
    elif how == "text":
        path.write_text("not an image")
    elif how == "one pixel":
        Image.new("RGB", (1, 1)).save(path)
    elif how == "narrow":
        Image.new("RGB", (20, 7)).save(path)
    elif how == "deep":
        Image.fromarray(np.full((9, 9), 40000, np.uint16)).save(path)
    elif how == "huge":
        Image.new("RGB", (20, 20)).save(path)


SPOILT = {
    "empty": "not an image that can be decoded (",
    "cut": "not an image that can be decoded (",
    "text": "not an image that can be decoded (",
    "one pixel": "1 x 1 pixels; allowed: at least 8 x 8",
    "narrow": "20 x 7 pixels; allowed: at least 8 x 8",
    "deep": "more than 8 bits per channel (mode I;16); allowed: 8 bits",
    "huge": "not an image that can be decoded (Image size (400 pixels) exceeds limit",
}


@pytest.mark.parametrize("how", SPOILT)
def test_an_image_that_cannot_be_used_is_named(pool, how, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 150)
    spoil(pool / "bees/07.png", how)
    with pytest.raises(DataError) as caught:
        read(pool)
    said = str(caught.value)
    assert said.startswith(f"{pool}: 1 of 63 images cannot be used: bees/07.png: {SPOILT[how]}"), said
    assert said.endswith("; remove or replace them, and start again") and "\n" not in said


def test_all_images_that_cannot_be_used_are_counted_and_the_first_are_named(pool):
    for i in range(10):
        spoil(pool / f"bees/{i:02}.png", "text")
    with pytest.raises(DataError) as caught:
        read(pool)
    said = str(caught.value)
    assert said.startswith(f"{pool}: 10 of 63 images cannot be used: bees/") and said.count(": not an image") == 3
    assert " and 7 more; remove" in said


def test_a_folder_that_changed_since_the_run_was_started_is_refused(pool):
    settings = values(found(pool))
    write(pool / "bees/90.png")
    with pytest.raises(DataError, match="images came, went or changed size since the run was started"):
        load.read(pool.parent, settings)


def test_files_that_are_not_read_are_counted_in_the_log(pool, caplog):
    (pool / ".DS_Store").touch()
    (pool / "bees/notes.txt").touch()
    with caplog.at_level(logging.INFO, "sculpt"):
        read(pool)
    assert f"{pool}: 1 other files and 1 hidden ones not read" in caplog.text


def test_progress_of_the_first_look_is_told(pool, caplog, monkeypatch):
    monkeypatch.setattr(examined, "SECONDS_BETWEEN_LINES", 0.0)
    with caplog.at_level(logging.INFO, "sculpt"):
        read(pool)
    assert "opened 63 of 63 images" in caplog.text
    assert json.dumps(read(pool).mean), "plain numbers, as data.json has them"
