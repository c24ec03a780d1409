"""What must hold in the bits of an evaluation."""

import numpy as np
import pandas as pd
import pytest

from sculpt.invariants.hits import hits_are, hits_complete

NODE, OTHER = "dense/cycle_1", "dense/cycle_2"
HITS = {(node, seed): np.arange(6) < 2 + seed for node in (NODE, OTHER) for seed in (0, 1)}
TABLE = pd.DataFrame(
    [
        {"node": node, "seed": seed, "class": label, "images": 3, "accuracy": accuracy}
        for node in (NODE, OTHER)
        for seed, of_classes in ((0, (200 / 3, 0.0)), (1, (100.0, 0.0)))
        for label, accuracy in enumerate(of_classes)
    ]
)


def test_whole_hits_have_no_fault():
    assert list(hits_complete(HITS, [0, 1], [NODE, OTHER], 6)) == list(hits_are(HITS, TABLE)) == []
    assert list(hits_are(HITS, None)) == []


@pytest.mark.parametrize(
    ("seeds", "nodes", "images", "said"),
    [
        ([0, 1, 2], [NODE, OTHER], 6, ["node dense/cycle_1, seed 2: not there"]),
        ([0], [NODE, OTHER], 6, ["node dense/cycle_1, seed 1: not of its job"]),
        ([0, 1], [NODE], 6, ["node dense/cycle_2, seed 0: not of its job"]),
    ],
)
def test_a_node_or_seed_too_many_or_too_few_is_named(seeds, nodes, images, said):
    assert list(hits_complete(HITS, seeds, nodes, images)) == said


def test_another_number_of_images_is_named():
    found = list(hits_complete(HITS, [0, 1], [NODE, OTHER], 5))
    assert found[0] == "node dense/cycle_1, seed 0: on 6 images, the test split has 5" and len(found) == 4


def test_as_many_images_are_right_as_the_table_says():
    wrong = HITS | {(OTHER, 1): np.ones(6, bool)}
    assert list(hits_are(wrong, TABLE)) == ["node dense/cycle_2, seed 1: 6 images are right, its table says 3"]
