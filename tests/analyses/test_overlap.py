"""Overlap and distance of two nodes, against numbers worked out by hand."""

import math

import pytest
import torch

from sculpt.analyses.overlap import analyse
from sculpt.core.checkpoint import Checkpoint

COLUMNS = ["node", "seed", "before", "layer", "kept", "kept_before", "shared", "overlap", "distance"]
COLUMNS += ["relative_distance"]


def checkpoint(key: str, first: list[list[float]], second: list[list[float]]) -> Checkpoint:
    """Two seeds, two layers of four weights and of two; a weight of zero is pruned."""
    weights = {
        "a": torch.tensor(first).reshape(2, 2, 2),
        "bias": torch.ones(2, 2),
        "b": torch.tensor(second).reshape(2, 1, 2),
    }
    mask = {layer: weights[layer] != 0 for layer in ("a", "b")}
    return Checkpoint(key, [3, 4], weights, mask)


NODE = checkpoint("x/2", [[1.0, 2.0, 0.0, 0.0], [0.0, 0.0, 0.0, 5.0]], [[3.0, 0.0], [1.0, 1.0]])
BEFORE = checkpoint("x/1", [[1.0, 5.0, 7.0, 0.0], [2.0, 0.0, 0.0, 0.0]], [[4.0, 0.0], [1.0, 1.0]])


def rows(node: Checkpoint, before: Checkpoint | None) -> dict:
    found = analyse(node, before, None, None, {"name": "overlap"})
    assert all(list(row) == COLUMNS for row in found)
    assert all(row["node"] == node.key and row["before"] == (before and before.key) for row in found)
    return {(row["layer"], row["seed"]): list(row.values())[4:] for row in found}


def test_two_nodes():
    found = rows(NODE, BEFORE)
    assert list(found) == [(layer, seed) for layer in ("a", "b", "all") for seed in (3, 4)]
    assert found["a", 3] == [2, 3, 2, 2 / 3, 3.0, pytest.approx(3 / math.sqrt(26))]
    assert found["b", 3] == [1, 1, 1, 1.0, 1.0, 1 / 4]
    assert found["all", 3] == [3, 4, 3, 3 / 4, pytest.approx(math.sqrt(10)), pytest.approx(math.sqrt(10 / 42))]
    # Nothing is kept in both masks of layer a, so no weight there has a distance of its own.
    assert found["a", 4] == [1, 1, 0, 0.0, 0.0, None]
    assert found["all", 4] == [3, 3, 2, 2 / 4, 0.0, 0.0]


def test_a_node_is_as_it_is_to_itself():
    for kept, kept_before, shared, overlap, distance, relative in rows(NODE, NODE).values():
        assert kept == kept_before == shared and (overlap, distance, relative) == (1, 0, 0)


def test_a_first_node_has_nothing_before_it():
    found = rows(NODE, None)
    assert found["all", 3] == [3, None, None, None, None, None]
    assert {layer for layer, _ in found} == {"a", "b", "all"}


def test_two_masks_that_keep_nothing_have_no_overlap():
    empty = checkpoint("x/2", [[0.0] * 4] * 2, [[1.0, 1.0]] * 2)
    assert rows(empty, empty)["a", 3] == [0, 0, 0, None, 0.0, None]
