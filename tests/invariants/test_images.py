"""What data.json must say of a crop, a long tail and groups, and what a split must hold."""

import re

import pytest
import torch

from sculpt.invariants.images import data_facts, split_fits

SIZES = {"train": 1000, "validation": 297, "test": 500}
FACTS = {"channels": 1, "classes": 10, "mean": [0.0], "scale": [16.0], "sizes": SIZES}


@pytest.mark.parametrize(
    ("asked", "facts", "said"),
    [
        ({}, {}, []),
        ({"crop": 6}, {"crop": 6}, []),
        ({"crop": 6}, {"crop": 5}, ["crop is 5, params.yaml asks for 6"]),
        ({"crop": 6}, {}, ["it has not just the keys channels, classes, crop, mean, scale, sizes"]),
        ({}, {"crop": 6}, ["it has not just the keys channels, classes, mean, scale, sizes"]),
    ],
)
def test_the_crop_is_the_one_that_is_asked_for(asked, facts, said):
    assert list(data_facts({**FACTS, **facts}, {"name": "digits", "size": 8, **SIZES, **asked})) == said


@pytest.mark.parametrize(
    ("asked", "facts", "said"),
    [
        # 100 images of the first class and 10 of the last, at most: 409 in all.
        ({"long_tail": 0.1}, {"sizes": SIZES | {"train": 409}}, None),
        ({"long_tail": 0.1}, {"sizes": SIZES | {"train": 395}}, None),
        ({"long_tail": 0.1}, {"sizes": SIZES | {"train": 410}}, "sizes are .*'train': 410"),
        ({"long_tail": 0.1}, {"sizes": SIZES | {"train": 9}}, "sizes are .*'train': 9"),
        ({"long_tail": 0.1}, {"sizes": SIZES | {"train": 407, "test": 499}}, "sizes are .*'test': 499"),
        ({}, {"sizes": SIZES | {"train": 407}}, "params.yaml asks for .*'train': 1000"),
        ({}, {"groups": ["a", "b"]}, None),
        ({"groups": "table.csv"}, {"groups": ["a", "b"]}, None),
        ({"groups": "table.csv"}, {}, "groups are None, expected a list of names"),
        ({}, {"groups": [1, 2]}, "expected a list of names"),
        ({}, {"groups": []}, "expected a list of names"),
        ({"classes": 10}, {}, None),
        ({"classes": 9}, {}, "classes are 10, the folder of images has 9"),
    ],
)
def test_sizes_are_those_of_the_tail_classes_those_of_the_folder_and_groups_have_names(asked, facts, said):
    found = list(data_facts({**FACTS, **facts}, {"name": "digits", "size": 8, **SIZES, **asked}))
    assert len(found) == (0 if said is None else 1)
    assert said is None or re.search(said, found[0])


@pytest.mark.parametrize(
    ("groups", "names", "said"),
    [
        (None, None, None),
        ([0, 1, 1], ["a", "b"], None),
        ([0, 1, 2], ["a", "b"], "a group is not one from 0 to 1"),
        ([0, 1], ["a", "b"], r"holds {'groups': \(2,\)"),
        (None, ["a", "b"], r"expected {'groups': \(3,\)"),
        ([0, 1, 1], None, r"holds {'groups': \(3,\)"),
    ],
)
def test_a_split_has_a_group_of_each_image_where_there_are_any(groups, names, said):
    tensors = {"images": torch.zeros(3, 1, 8, 8, dtype=torch.uint8), "labels": torch.tensor([0, 9, 4])}
    tensors |= {} if groups is None else {"groups": torch.tensor(groups)}
    facts = FACTS | {"sizes": {"train": 3}} | ({} if names is None else {"groups": names})
    found = list(split_fits(tensors, "train", facts, size=8))
    assert len(found) == (0 if said is None else 1)
    assert said is None or re.search(said, found[0])
