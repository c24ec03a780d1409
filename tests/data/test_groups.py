"""Groups of a user's own table: which image gets which, and what is said of a table that does not fit."""

import numpy as np
import pytest

from sculpt.data import load
from sculpt.data.groups import with_groups
from sculpt.data.split import DataError, Split, Splits, cut, take

SIZES = {"train": 8, "test": 3}
ROWS = [
    f"{split},{image},{'old' if image % 3 else 'a, new'}" for split, count in SIZES.items() for image in range(count)
]


def made_up(named=False):
    """Images whose pixels are their number, as files that are named backwards or as numbers."""

    def part(count):
        name = (lambda row: f"{count - row}.png") if named else None
        return Split(np.arange(count) % 2, lambda row: np.full((1, 2, 2), row), name=name)

    parts = {split: part(count) for split, count in SIZES.items()}
    return Splits(parts, classes=2, mean=(0.0,), scale=(1.0,))


def table(folder, rows, head="split,image,group"):
    path = folder / "groups.csv"
    path.write_text("\n".join([head, *rows]) + "\n")
    return path


def quoted(rows):
    return [row.replace("a, new", '"a, new"') for row in rows]


def test_each_image_has_the_group_of_its_row(tmp_path):
    shuffled = quoted(ROWS[::-1])
    found = with_groups(made_up(), table(tmp_path, shuffled))
    assert found.group_names == ("a, new", "old")
    for split, count in SIZES.items():
        groups = found.parts[split].groups
        assert (groups.dtype, groups.tolist()) == (np.int64, [int(image % 3 > 0) for image in range(count)])


def test_a_file_is_found_by_its_name(tmp_path):
    rows = [f"{split},{image + 1}.png,g{image % 2}" for split, count in SIZES.items() for image in range(count)]
    found = with_groups(made_up(named=True), table(tmp_path, rows))
    assert found.parts["train"].groups.tolist() == [(7 - row) % 2 for row in range(8)]


def test_other_columns_their_order_and_a_byte_order_mark_do_no_harm(tmp_path):
    path = tmp_path / "groups.csv"
    rows = [f"note,g{image % 2}, {image} ,{split}" for split, count in SIZES.items() for image in range(count)]
    path.write_text("\ufeff" + "\n".join(["remark,group,image,split", *rows]))
    assert with_groups(made_up(), path).parts["test"].groups.tolist() == [0, 1, 0]


def test_groups_are_cut_with_their_images(tmp_path):
    splits = with_groups(made_up(), table(tmp_path, quoted(ROWS)))
    for part in cut(splits.parts["train"], 4):
        assert len(part) == 4
        assert part.groups.tolist() == [int(part.decode(row)[0, 0, 0] % 3 > 0) for row in range(4)]
    taken = take(splits, 4, 2, 3)
    assert taken.group_names == splits.group_names
    for part in taken.parts.values():
        assert part.groups.tolist() == [int(part.decode(row)[0, 0, 0] % 3 > 0) for row in range(len(part))]


def test_names_are_cut_with_their_images():
    part = made_up(named=True).parts["train"].part(np.array([6, 1]))
    assert [part.name(row) for row in range(2)] == ["2.png", "7.png"]


def test_a_path_is_relative_to_the_data_folder_or_absolute(tmp_path):
    settings = {"name": "digits", "train": 1000, "validation": 297, "test": 500, "size": 8}
    counts = {"train": 1297, "test": 500}
    rows = [f"{split},{image},g{image % 3}" for split, count in counts.items() for image in range(count)]
    path = table(tmp_path, rows)
    for given in ("groups.csv", str(path)):
        parts = load.read(tmp_path, settings | {"groups": given}).parts
        assert {name: len(part.groups) for name, part in parts.items()} == {n: settings[n] for n in parts}
    plain = load.read(tmp_path, settings)
    assert plain.group_names is None and all(part.groups is None for part in plain.parts.values())


FAULTS = {
    "no row of two": (
        lambda rows: rows[:3] + rows[4:-1],
        "2 images have no row, the first train image '3'; allowed: one",
    ),
    "an unknown split": (
        lambda rows: [*rows, "val,0,old"],
        "1 rows are of no split, the first line 13: 'val'; allowed: train or test",
    ),
    "unknown images": (
        lambda rows: [*rows, "train,8,old", "test,3,old"],
        "2 rows are of no image, the first line 13: train image '8'; allowed: train 0 to 7, test 0 to 2",
    ),
    "a doubled image": (
        lambda rows: [*rows, "test,0,old"],
        "1 rows are of an image that has a row already, the first line 13: test image '0'",
    ),
    "an empty group": (lambda rows: ["train,0,", *rows[1:]], "1 rows have no group, the first line 2: ''"),
    "a row cut short": (lambda rows: ["train,0", *rows[1:]], "1 rows have no group, the first line 2: ''"),
    "a group that tables call so": (
        lambda rows: ["train,0,all", *rows[1:]],
        "1 rows have no group, .* allowed: any name",
    ),
    "no rows": (lambda rows: [], "11 images have no row, the first train image '0'"),
    "an open quote": (lambda rows: [*rows[:-1], 'test,2,"old'], "not a table that can be read "),
}


@pytest.mark.parametrize(("change", "said"), FAULTS.values(), ids=FAULTS)
def test_a_table_that_does_not_fit_is_refused_in_one_line(tmp_path, change, said):
    path = table(tmp_path, change(quoted(ROWS)))
    with pytest.raises(DataError, match=said) as caught:
        with_groups(made_up(), path)
    assert str(caught.value).startswith(f"{path}: ") and "\n" not in str(caught.value)


def test_a_file_that_is_no_table_is_named(tmp_path):
    path = tmp_path / "groups.csv"
    for write, said in (
        (lambda: None, "No such file"),
        (lambda: path.write_text("split,group\n"), "has no column image; allowed: split, image, group"),
        (lambda: path.write_text(""), "has no column split, image, group"),
        (lambda: path.write_bytes(b"split,image,group\ntrain,0,\xff\n"), "not a table that can be read"),
    ):
        write()
        with pytest.raises(DataError, match=said) as caught:
            with_groups(made_up(), path)
        assert str(caught.value).startswith(f"{path}: ") and "\n" not in str(caught.value)


def test_files_that_a_table_cannot_tell_apart_are_refused(tmp_path):
    splits = made_up(named=True)
    twins = Split(splits.parts["train"].labels, splits.parts["train"].decode, name=lambda row: f"{row // 2}.png")
    splits = Splits({**splits.parts, "train": twins}, 2, (0.0,), (1.0,))
    with pytest.raises(DataError, match=r"4 file names stand for several train images, the first '0.png' of 2"):
        with_groups(splits, table(tmp_path, quoted(ROWS)))
