"""A folder of images by class: what is found there, what a listing depends on, and what is said of bad folders."""

import hashlib
import os

import pytest
from torchvision.datasets import ImageFolder

from sculpt.core.image_folder import FolderError, contents, look_into, seen


def fill(folder, *names, content=b"x"):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def pool(tmp_path):
    return fill(tmp_path / "pool", "b/2.png", "b/10.JPG", "a/x/1.bmp", "a/9.webp", "a/x.ppm")


def refused(folder):
    with pytest.raises(FolderError) as caught:
        look_into(folder)
    message = str(caught.value)
    assert "\n" not in message and message.isprintable()
    assert message.startswith(str(folder))
    return message.removeprefix(str(folder))


def test_a_pool_is_found_in_the_order_of_torchvision(pool):
    fill(pool, "notes.txt", "a/list.csv", ".DS_Store", "b/._2.png", ".git/c/1.png")
    found = look_into(pool)
    assert (found.classes, found.test, found.held_out) == (("a", "b"), None, "")
    assert (found.others, found.hidden) == (2, 3)
    assert found.train == ((("a/9.webp", 1), ("a/x.ppm", 1), ("a/x/1.bmp", 1)), (("b/10.JPG", 1), ("b/2.png", 1)))
    for hidden in (pool / ".git/c/1.png", pool / "b/._2.png"):
        hidden.unlink()
    (pool / ".git/c").rmdir()
    (pool / ".git").rmdir()  # torchvision takes hidden ones too
    theirs = ImageFolder(str(pool))
    assert theirs.classes == [*found.classes]
    assert [path for path, _ in theirs.samples] == [str(pool / name) for name, _ in found.files]
    assert theirs.targets == [0, 0, 0, 1, 1]


@pytest.mark.parametrize("held_out", ["test", "val"])
def test_held_out_images_are_those_of_their_folder(tmp_path, held_out):
    fill(tmp_path, "train/a/1.png", "train/b/1.png", f"{held_out}/a/2.png", f"{held_out}/b/3.png", "licence.txt")
    found = look_into(tmp_path)
    assert (found.held_out, found.others) == (held_out, 1)
    assert found.train == ((("train/a/1.png", 1),), (("train/b/1.png", 1),))
    assert found.test == (((f"{held_out}/a/2.png", 1),), ((f"{held_out}/b/3.png", 1),))


def test_classes_may_be_called_train_where_nothing_is_held_out(tmp_path):
    assert look_into(fill(tmp_path, "train/1.png", "bus/1.png")).classes == ("bus", "train")


def test_a_listing_is_of_names_and_sizes(tmp_path):
    first = fill(tmp_path / "one", "a/1.png", "b/1.png")
    lines = b"a/1.png\x001\nb/1.png\x001\n"
    assert look_into(first).listing == hashlib.sha256(lines).hexdigest()
    elsewhere = fill(tmp_path / "two", "b/1.png", "a/1.png", content=b"y")
    fill(elsewhere, "a/notes.txt", "a/.hidden")
    assert look_into(elsewhere).listing == look_into(first).listing
    os.utime(elsewhere / "a/1.png", (0, 0))
    assert look_into(elsewhere).listing == look_into(first).listing
    listings = {look_into(first).listing}
    for change in (
        lambda: fill(first, "a/2.png"),
        lambda: fill(first, "a/2.png", content=b"xx"),
        lambda: (first / "a/2.png").rename(first / "a/3.png"),
        lambda: (first / "a/3.png").rename(first / "b/3.png"),
    ):
        change()
        listings.add(look_into(first).listing)
    assert len(listings) == 5


def test_contents_are_of_names_and_bytes_wherever_the_folder_lies(tmp_path):
    folders = [
        fill(tmp_path / name, "a/1.png", "b/1.png", content=content)
        for name, content in (("one", b"x"), ("two", b"x"), ("three", b"y"))
    ]
    one, two, three = map(contents, folders)
    assert one == two != three


def test_one_process_sees_one_state(pool):
    before = seen(pool)
    fill(pool, "c/1.png")
    assert seen(pool) is before
    assert look_into(pool).classes == ("a", "b", "c")


def test_links_are_followed(tmp_path, pool):
    link = fill(tmp_path / "links", "b/1.png")
    (link / "a").symlink_to(pool / "a")
    assert [len(files) for files in look_into(link).train] == [3, 1]


def test_a_link_to_a_folder_around_it_ends(pool):
    (pool / "a/x/up").symlink_to(pool / "a")
    assert "/a/x/up: a link to a folder that it lies in; allowed: " in refused(pool)


def test_a_folder_that_is_none_is_refused(tmp_path, pool):
    assert refused(tmp_path / "nowhere") == ": no such folder"
    assert refused(pool / "a/9.webp") == ": not a folder"


WRONG = {
    "nothing": ([], ": no class folder; allowed: a folder per class, at least two, each with images .jpg"),
    "no folders": (["1.png", "2.png"], ": no class folder; "),
    "one class": (["a/1.png"], ": 1 class folder, a; "),
    "train alone": (["train/a/1.png", "train/b/1.png"], ": 1 class folder, train; "),
    "empty classes": (
        ["a/1.png", "b/x.txt", "c/x.txt", "d/x.txt", "e/x.txt"],
        ": 4 of 5 classes without an image: b, c, d and 1 more; ",
    ),
    "empty test class": (["train/a/1.png", "train/b/1.png", "val/a/1.png", "val/b/x"], "/val: 1 of 2 classes without"),
    "another class": (
        ["train/a/1.png", "train/b/1.png", "test/a/1.png", "test/c/1.png"],
        "/train: 1 of the 2 classes of test are missing: c; allowed: the same classes in both",
    ),
    "a class less": (
        ["train/a/1.png", "train/b/1.png", "train/c/1.png", "test/a/1.png", "test/b/1.png"],
        "/test: 1 of the 3 classes of train are missing: c; ",
    ),
    "three splits": (
        ["train/a/1.png", "train/b/1.png", "test/a/1.png", "test/b/1.png", "val/a/1.png"],
        ": has val beside train and test; allowed: train and one of test and val, or class folders; ",
    ),
    "a line break": (["a/1.png", "b/1\n.png"], r": 1 name with a line break, another control character or bytes that"),
    "a class with one": (["a/1.png", "b\x07/1.png"], r": 1 name with a line break, another control character"),
}


@pytest.mark.parametrize(("names", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_a_folder_is_named_and_counted(tmp_path, names, said):
    folder = tmp_path / "mine"
    folder.mkdir()
    assert refused(fill(folder, *names)).startswith(said)


def test_names_that_are_not_utf8_are_named_in_ascii(tmp_path):
    fill(tmp_path, "a/1.png", "b/1.png", os.fsdecode(b"b/caf\xe9.png"), os.fsdecode(b"b/caf\xe8.png"))
    assert refused(tmp_path).endswith(r"not UTF-8: 'b/caf\udce8.png', 'b/caf\udce9.png'; rename them")


def test_links_that_lead_nowhere_are_counted(pool):
    for name in ("1.png", "2.png", "3.png", "4.png"):
        (pool / "b" / name).unlink(missing_ok=True)
        (pool / "b" / name).symlink_to(pool / "gone.png")
    said = ": 4 names of no file, as of a link that leads nowhere: b/1.png, b/2.png, b/3.png and 1 more; remove them"
    assert refused(pool) == said
