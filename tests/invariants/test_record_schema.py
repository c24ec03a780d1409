"""What a record's schema refuses of flow correction."""

import pytest

from sculpt.invariants.records import CONNECTED, DRAWN
from sculpt.invariants.schema import misfits

DRAWN_SEED = {"seed": 0, "epochs": 0, "train_flops": 0, "train_flops_dense": 0, "density": 0.1}


@pytest.mark.parametrize(
    ("correction", "faults"),
    [
        ({"moved": 3, "raised": {}}, []),
        ({"moved": 3, "raised": {"head.weight": 2, "body.conv.weight": 1}}, []),
        ({"moved": 3, "raised": []}, ["flow_correction.raised is not an object"]),
        ({"moved": 3}, ["flow_correction has not just the keys moved, raised"]),
        ({"moved": 3, "raised": {"a": 0.5}}, ["flow_correction.raised.a is 0.5, expected a whole number"]),
    ],
)
def test_a_flow_correction_is_a_count_and_counts_by_layer(correction, faults):
    assert list(misfits(DRAWN_SEED | {"flow_correction": correction}, CONNECTED)) == faults


def test_a_mask_without_flow_correction_says_nothing_of_it():
    assert list(misfits(DRAWN_SEED, DRAWN)) == []
    assert len(list(misfits(DRAWN_SEED, CONNECTED))) == len(list(misfits(DRAWN_SEED | {"more": 1}, DRAWN))) == 1
