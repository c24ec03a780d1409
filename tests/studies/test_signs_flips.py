"""Sign flips of a cycle, against counts made by hand."""

import torch

from sculpt.core.checkpoint import Checkpoint
from sculpt.studies.signs.analyses.signs import analyse


def checkpoint(key: str, first: list[list[float]], second: list[list[float]]) -> Checkpoint:
    """Two seeds, two layers of four weights and of two; a weight of zero is pruned."""
    weights = {
        "a": torch.tensor(first).reshape(2, 2, 2),
        "bias": -torch.ones(2, 2),
        "b": torch.tensor(second).reshape(2, 1, 2),
    }
    return Checkpoint(key, [3, 4], weights, {layer: weights[layer] != 0 for layer in ("a", "b")})


def counts(node: Checkpoint, before: Checkpoint) -> dict:
    found = analyse(node, before, None, None, {"name": "signs"})
    assert all(list(row) == ["node", "seed", "before", "layer", "kept", "flipped", "share"] for row in found)
    assert all(row["node"] == node.key and row["before"] == before.key for row in found)
    return {(row["layer"], row["seed"]): (row["kept"], row["flipped"], row["share"]) for row in found}


BEFORE = checkpoint("x/1", [[1.0, -2.0, 3.0, 0.0], [1.0, 1.0, 1.0, 1.0]], [[-1.0, 1.0], [0.0, 0.0]])
NODE = checkpoint("x/2", [[-0.5, -2.0, 0.0, -4.0], [1.0, 2.0, -3.0, -4.0]], [[1.0, -1.0], [2.0, -1.0]])


def test_flips_are_counted_by_layer_and_in_all():
    found = counts(NODE, BEFORE)
    # Of seed 3 in layer a, one weight is pruned, and one was zero before and is regrown: neither counts.
    assert found["a", 3] == (2, 1, 0.5)
    assert found["b", 3] == (2, 2, 1.0)
    assert found["all", 3] == (4, 3, 0.75)
    assert found["a", 4] == (4, 2, 0.5)
    assert found["b", 4] == (0, 0, None), "no weight of the layer started from another value than zero"
    assert found["all", 4] == (4, 2, 0.5)


def test_nothing_flips_against_itself_and_everything_against_its_negative():
    negative = Checkpoint("x/3", NODE.seeds, {name: -tensor for name, tensor in NODE.weights.items()}, NODE.mask)
    assert {share for _, flipped, share in counts(NODE, NODE).values() if flipped == 0} == {0.0}
    assert {share for *_, share in counts(negative, NODE).values()} == {1.0}


def test_a_weight_that_ends_at_zero_has_not_flipped():
    ended = checkpoint("x/4", [[1.0, 1.0, 1.0, 1.0]] * 2, [[1.0, 1.0]] * 2)
    ended.weights["a"][:, 0, 0] = 0.0
    begun = checkpoint("x/1", [[-1.0, 1.0, 1.0, 1.0]] * 2, [[1.0, 1.0]] * 2)
    assert counts(ended, begun)["a", 3] == (4, 0, 0.0)
