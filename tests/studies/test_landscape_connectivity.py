"""The table of connectivity: controls and pairs, what is exactly flat, and a rise that can be worked out."""

import pytest
import torch
from landscape_networks import SEEDS, blocks, drawn, loaded, masked, moved, plain, splits

from sculpt.core.checkpoint import Checkpoint
from sculpt.data.augmentation import Images
from sculpt.studies.landscape.analyses.connectivity import analyse
from sculpt.studies.landscape.points import ALPHAS


def rows_of(network, node, before=None, images=None):
    return analyse(node, before, loaded(network, node), images or splits(), {"name": "connectivity"})


def of(rows, **wanted):
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


@pytest.fixture(scope="module")
def controls():
    return rows_of(blocks(), masked(blocks()))


def test_a_node_without_one_before_has_the_three_controls(controls):
    assert len(controls) == 3 * 2 * 2 * len(ALPHAS)
    assert {row["path"] for row in controls} == {"itself", "other_seed", "permuted"}
    assert {row["before"] for row in controls} == {None} and {row["seed"] for row in controls} == set(SEEDS)
    alphas = [row["alpha"] for row in of(controls, path="permuted", seed=3, split="train")]
    assert alphas == [k / 10 for k in range(11)]


def test_a_path_from_a_checkpoint_to_itself_is_exactly_flat(controls):
    flat = of(controls, path="itself")
    assert {row["height"] for row in flat} == {0.0} and {row["height_loss"] for row in flat} == {0.0}
    for split in ("train", "validation"):
        assert len({row["loss"] for row in of(flat, seed=3, split=split)}) == 1


def test_permuted_ends_are_equal_and_the_way_between_is_its_own_mirror(controls):
    for seed in SEEDS:
        losses = [row["loss"] for row in of(controls, path="permuted", seed=seed, split="train")]
        assert losses == pytest.approx(losses[::-1], rel=1e-5) and losses[5] != pytest.approx(losses[0], rel=1e-3)


def test_the_other_seed_is_the_next_and_the_last_is_beside_the_first(controls):
    for split in ("train", "validation"):
        there, back = ([row["loss"] for row in of(controls, path="other_seed", seed=s, split=split)] for s in SEEDS)
        assert there == pytest.approx(back[::-1], rel=1e-6) and there[0] != pytest.approx(there[-1], rel=1e-3)


def test_one_seed_has_no_other_and_no_residual_block_nothing_to_permute():
    node = masked(plain(1))
    rows = rows_of(plain(1), node, images=splits(2, 1))
    assert {row["path"] for row in rows} == {"itself"}


def test_a_node_is_connected_with_the_one_before():
    start = masked(blocks())
    end = moved(masked(blocks(), draw=2), "cyclic/x/cycle_2")
    rows = rows_of(blocks(), end, start)
    assert {(row["path"], row["before"], row["node"]) for row in rows} == {("before", start.key, end.key)}
    flat = {node.key: rows_of(blocks(), node) for node in (start, end)}
    for seed in SEEDS:
        of_seed = of(rows, seed=seed, split="validation")
        for place, node in ((0, start), (-1, end)):
            alone = of(flat[node.key], path="itself", seed=seed, split="validation")[0]
            assert of_seed[place]["loss"] == alone["loss"] and of_seed[place]["accuracy"] == alone["accuracy"]
        assert of_seed[0]["height"] == 0 == of_seed[-1]["height"]
        middle = of_seed[5]
        expected = (of_seed[0]["accuracy"] + of_seed[-1]["accuracy"]) / 2 - middle["accuracy"]
        assert middle["height"] == pytest.approx(expected, abs=1e-6)
        expected = middle["loss"] - (of_seed[0]["loss"] + of_seed[-1]["loss"]) / 2
        assert middle["height_loss"] == pytest.approx(expected, abs=1e-8)


def test_what_a_seed_gets_depends_on_no_other_but_its_next():
    node = masked(blocks())
    alone = Checkpoint(
        node.key, node.seeds[1:], *({n: t[1:] for n, t in part.items()} for part in (node.weights, node.mask))
    )
    both, one = rows_of(blocks(), node), rows_of(blocks(1), alone, images=splits(replicates=1))
    assert [row for row in both if row["seed"] == SEEDS[1] and row["path"] != "other_seed"] == one


def test_independent_solutions_have_a_midpoint_that_is_guessing():
    """Seed 3 finds bright images with its first unit, seed 4 with its second; halfway no unit sees anything."""
    network, weights = plain(), drawn(plain()).checkpoint()
    bright = torch.tensor([[1.0, -1.0], [-1.0, 1.0]])
    weights["body.0.weight"] = bright.view(2, 2, 1, 1, 1)
    weights["body.1.weight"], weights["body.1.bias"] = torch.ones(2, 2), torch.zeros(2, 2)
    weights["head.weight"] = torch.stack([torch.eye(2), torch.eye(2).flip(0)])
    weights["head.bias"] = torch.zeros(2, 2)
    mask = {name: torch.ones_like(weights[name], dtype=torch.bool) for name in ("body.0.weight", "head.weight")}
    node = Checkpoint("cyclic/x/cycle_1", SEEDS, weights, mask)
    labels = torch.tensor([0, 1] * 10)
    pixels = (200 - 150 * labels).to(torch.uint8)[:, None, None, None].expand(-1, 1, 6, 6)
    images = Images.place(pixels, labels[:, None].repeat(1, 2), [128.0], [64.0], 0, torch.device("cpu"))
    rows = rows_of(network, node, images=lambda split: images)
    for split in ("train", "validation"):
        for seed in SEEDS:
            of_seed = of(rows, path="other_seed", seed=seed, split=split)
            assert [row["accuracy"] for row in of_seed] == [100.0] * 5 + [50.0] + [100.0] * 5
            assert of_seed[5]["height"] == 50.0 and of_seed[4]["height"] == 0.0
