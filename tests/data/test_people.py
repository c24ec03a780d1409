"""UTKFace and CelebA from made-up folders of plain colours: labels, groups, and what is said of bad input."""

import shutil

import numpy as np
import pytest
from PIL import Image

from sculpt.core.kinds import DATASETS
from sculpt.core.settings import values
from sculpt.data import load
from sculpt.data.sets import celeba, utkface
from sculpt.data.split import DataError

AGES = (4, 19, 20, 39, 40, 101)
FACES = [(AGES[i % 6], i % 2, i % 5) for i in range(60)]
"""Age, gender and race of each made-up image, of which the number is its colour."""
ATTRIBUTES = ["Male", "Smiling", "Young"]
PARTITION = [0] * 10 + [1] * 4 + [2] * 6


def write_colour(path, colour):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (20, 24), (colour, colour, colour)).save(path, format="PNG")


def colours(part):
    """Of which number each image is."""
    return [int(part.decode(row)[0, 0, 0]) for row in range(len(part))]


@pytest.fixture
def faces(tmp_path, monkeypatch):
    monkeypatch.setattr(utkface, "TRAIN", 40)
    monkeypatch.setattr(utkface, "TEST", 20)
    for i, (age, gender, race) in enumerate(FACES):
        write_colour(tmp_path / "UTKFace" / f"{age}_{gender}_{race}_2017011617452{i:02}.jpg.chip.jpg", i)
    (tmp_path / "UTKFace" / ".hidden").touch()
    return tmp_path / "UTKFace"


@pytest.fixture
def celebrities(tmp_path, monkeypatch):
    monkeypatch.setattr(celeba, "TRAIN", PARTITION.count(0) + PARTITION.count(1))
    monkeypatch.setattr(celeba, "TEST", PARTITION.count(2))
    folder, names = tmp_path / "celeba", [f"{i:06}.jpg" for i in range(len(PARTITION))]
    for i, name in enumerate(names):
        write_colour(folder / "img_align_celeba" / name, i)
    rows = [" ".join([name, *(f"{2 * has(i, k) - 1:2}" for k in range(3))]) for i, name in enumerate(names)]
    head = [str(len(names)), " ".join(ATTRIBUTES) + " "]
    (folder / "list_attr_celeba.txt").write_text("\n".join([*head, *rows]) + "\n")
    lines = [f"{name} {part}\n" for name, part in zip(names, PARTITION, strict=True)]
    (folder / "list_eval_partition.txt").write_text("".join(lines))
    return folder


def has(image, attribute):
    """Whether a made-up image has an attribute: a number in binary."""
    return image >> attribute & 1


@pytest.mark.parametrize(
    ("label", "group", "of_label", "of_group", "names"),
    [
        ("gender", None, lambda age, gender, race: gender, None, None),
        ("gender", "race", lambda age, gender, race: gender, lambda *a: a[2], utkface.RACES),
        ("race", "gender", lambda age, gender, race: race, lambda *a: a[1], ("male", "female")),
        ("age", "gender", lambda age, *_: (age >= 20) + (age >= 40), lambda *a: a[1], ("male", "female")),
        ("race", "age", lambda *a: a[2], lambda age, *_: (age >= 20) + (age >= 40), ("0-19", "20-39", "40+")),
    ],
)
def test_utkface_says_all_in_its_names(faces, label, group, of_label, of_group, names):
    settings = {"label": label, "size": 8, "ages": [20, 40]} | ({"group": group} if group else {})
    splits = utkface.read(faces.parent, settings)
    assert (splits.classes, splits.group_names) == ({"gender": 2, "race": 5, "age": 3}[label], names)
    seen = []
    for name, count in (("train", 40), ("test", 20)):
        part, found = splits.parts[name], colours(splits.parts[name])
        assert len(part) == count and part.labels.tolist() == [of_label(*FACES[i]) for i in found]
        assert (part.groups is None) if group is None else part.groups.tolist() == [of_group(*FACES[i]) for i in found]
        assert np.ptp(np.bincount(part.labels)) <= 1, "stratified"
        seen += found
    assert sorted(seen) == list(range(60))
    again = utkface.read(faces.parent, settings)
    assert colours(again.parts["test"]) == colours(splits.parts["test"])


def test_a_name_that_says_less_is_refused_and_more_of_the_date_is_not_read(faces):
    for old, new in (("4_0_0_201701161745200.jpg", "4_0_0_2017 jpg"), ("4_0_0_201701161745230.jpg", "4_0_0_x.jpg")):
        (faces / f"{old}.chip.jpg").rename(faces / f"{new}.chip.jpg")
    assert len(utkface.read(faces.parent, {"label": "race", "size": 8}).parts["train"]) == 40
    write_colour(faces / "39_1_20170116174525125.jpg.chip.jpg", 0)
    write_colour(faces / "61_3_1_20170109142408075.jpg.chip.jpg", 0)
    said = (
        "2 of 62 names say no age, gender and race, the first 39_1_20170116174525125.jpg.chip.jpg; allowed: age_gender"
    )
    refused(utkface, faces, {"label": "race", "size": 8}, said)


def test_too_few_faces_are_not_taken_for_the_data_set(faces, tmp_path):
    next(faces.glob("4_*")).unlink()
    refused(utkface, faces, {"label": "race", "size": 8}, "59 images, there should be at least 60; unpack")
    shutil.rmtree(faces)
    refused(utkface, faces, {"label": "race", "size": 8}, "no such folder; unpack")


@pytest.mark.parametrize("group", [None, "Male"])
def test_celeba_says_all_in_its_lists(celebrities, group):
    settings = {"label": "Young", "size": 8} | ({"group": group} if group else {})
    splits = celeba.read(celebrities.parent, settings)
    assert (splits.classes, splits.group_names) == (2, ("not Male", "Male") if group else None)
    for name, numbers in (("train", range(14)), ("test", range(14, 20))):
        part = splits.parts[name]
        assert colours(part) == [*numbers]
        assert part.labels.tolist() == [has(i, 2) for i in numbers]
        assert (part.groups is None) if group is None else part.groups.tolist() == [has(i, 0) for i in numbers]
        assert part.name(0) == f"{numbers[0]:06}.jpg"


def rewrite(file, old, new):
    def damage(folder):
        text = (folder / file).read_text()
        assert text.count(old) == 1
        (folder / file).write_text(text.replace(old, new))

    return damage


ATTR, SPLIT = "list_attr_celeba.txt", "list_eval_partition.txt"
CELEBA = {
    "no folder": (shutil.rmtree, "list_attr_celeba.txt: no such file"),
    "no list": (lambda folder: (folder / SPLIT).unlink(), "list_eval_partition.txt: no such file"),
    "no images": (
        lambda folder: shutil.rmtree(folder / "img_align_celeba"),
        "20 images of list_eval_partition.txt are missing, the first 000000.jpg",
    ),
    "an image without a row": (
        lambda folder: write_colour(folder / "img_align_celeba" / "000020.jpg", 0),
        "1 images have no row in list_eval_partition.txt, the first 000020.jpg",
    ),
    "an image without attributes": (
        rewrite(ATTR, "000003.jpg  1  1 -1\n", ""),
        "1 images have no row in list_attr_celeba.txt, the first 000003.jpg",
    ),
    "an attribute less": (rewrite(ATTR, "Male Smiling Young", "Male Smiling Old"), "has no attribute Young"),
    "an empty list": (lambda folder: (folder / ATTR).write_text(""), "has no attribute Young, Male"),
    "a value less": (rewrite(ATTR, "000003.jpg  1  1 -1", "000003.jpg  1  1"), "line 6 has not -1 or 1 for each of 3"),
    "another value": (rewrite(ATTR, "000003.jpg  1  1 -1", "000003.jpg  1  1 0"), "line 6 has not -1 or 1 for each"),
    "a partition that is none": (rewrite(SPLIT, "000003.jpg 0", "000003.jpg 3"), "line 4 is not a new file's name and"),
    "a doubled row": (rewrite(SPLIT, "000003.jpg 0", "000002.jpg 0"), "line 4 is not a new file's name and 0, 1 or 2"),
    "an image less": (rewrite(SPLIT, "000019.jpg 2", "000019.jpg 1"), "15 train images, there should be 14"),
}


def refused(module, folder, settings, said):
    with pytest.raises(DataError) as caught:
        module.read(folder.parent, settings)
    message = str(caught.value)
    assert message.startswith(f"{folder}") and said in message and "\n" not in message


@pytest.mark.parametrize(("damage", "said"), CELEBA.values(), ids=CELEBA)
def test_what_is_wrong_with_celeba_is_said(celebrities, damage, said):
    damage(celebrities)
    refused(celeba, celebrities, {"label": "Young", "group": "Male", "size": 8}, said)


def test_groups_of_the_data_set_are_cut_with_its_images(celebrities, monkeypatch):
    settings = {
        "name": "celeba",
        "label": "Young",
        "group": "Smiling",
        "train": 8,
        "validation": 4,
        "test": 6,
        "size": 8,
    }
    splits = load.read(celebrities.parent, settings)
    assert splits.group_names == ("not Smiling", "Smiling")
    for part in splits.parts.values():
        assert part.groups.tolist() == [has(i, 1) for i in colours(part)]


def test_a_table_takes_the_place_of_the_groups_of_the_data_set(celebrities):
    rows = [f"{'test' if i > 13 else 'train'},{i:06}.jpg,{'abc'[i % 3]}" for i in range(20)]
    (celebrities.parent / "mine.csv").write_text("\n".join(["split,image,group", *rows]))
    asked = {
        "name": "celeba",
        "label": "Young",
        "train": 8,
        "validation": 4,
        "test": 6,
        "size": 8,
        "groups": "mine.csv",
    }
    splits = load.read(celebrities.parent, asked)
    assert splits.group_names == ("a", "b", "c")
    assert all(part.groups.tolist() == [i % 3 for i in colours(part)] for part in splits.parts.values())


FIVE = {"train": 18000, "validation": 900, "test": 4700, "size": 64}


@pytest.mark.parametrize(
    ("name", "asked", "said"),
    [
        ("utkface", {"label": "gender"}, []),
        ("utkface", {"label": "age", "group": "race", "ages": (20, 40)}, []),
        (
            "utkface",
            {"label": "age"},
            ["ages: missing; allowed: rising years such as [20, 40], where label or group is"],
        ),
        ("utkface", {"label": "race", "ages": (20,)}, ["ages: [20]; allowed: only where label or group is age"]),
        ("utkface", {"label": "age", "ages": (40, 40)}, ["ages: [40, 40]; allowed: rising years"]),
        ("utkface", {"label": "race", "group": "race"}, ["group: race; allowed: another attribute than label"]),
        ("celeba", {"label": "Male", "group": "Male"}, ["group: Male; allowed: another attribute than label"]),
        (
            "celeba",
            {"label": "Male", "group": "Bald", "groups": "a.csv"},
            ["groups: a.csv; allowed: either the attribute"],
        ),
    ],
)
def test_settings_that_do_not_fit_each_other_are_told(name, asked, said):
    section = DATASETS.settings(name)(name=name, **FIVE, **asked)
    found = list(section.faults(None))
    assert len(found) == len(said) and all(line.startswith(start) for line, start in zip(found, said, strict=True))
    assert values(section)["label"] == asked["label"]


@pytest.mark.parametrize(
    ("name", "asked", "classes"),
    [
        ("utkface", {"label": "gender"}, 2),
        ("utkface", {"label": "race"}, 5),
        ("utkface", {"label": "age", "ages": (10, 20, 40)}, 4),
        ("celeba", {"label": "Bald"}, 2),
    ],
)
def test_the_label_decides_the_number_of_classes(name, asked, classes):
    section = DATASETS.settings(name)(name=name, **FIVE, **asked, long_tail=0.1)
    assert section.class_count() == len(section.class_sizes()) == classes


def test_an_attribute_that_celeba_has_not_is_refused():
    with pytest.raises(ValueError, match="label"):
        DATASETS.settings("celeba")(name="celeba", **FIVE, label="Happy")
