"""What data.json must say of a crop."""

import pytest

from sculpt.invariants.images import data_facts

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
