"""The tables of mechanism and taylor: groups, their images, and what a row says."""

from dataclasses import dataclass, replace

import pytest
import torch
from tiny import SEEDS, masked, pictures, smooth
from torch import Tensor

from sculpt.data.augmentation import Images
from sculpt.models.frozen import frozen, parameters, support
from sculpt.studies.hardware.analyses import mechanism, taylor
from sculpt.studies.hardware.groups import group_rows, precise

LABELS = [0, 1, 0, 0, 1, 0, 0]
SETTINGS = {"split": "validation", "samples": 3, "iterations": 8}


@dataclass(frozen=True)
class Grouped(Images):
    groups: Tensor | None = None


def split(_: str) -> Images:
    return pictures(LABELS)


def test_a_group_is_its_first_images_or_all_that_it_has():
    found = group_rows(split, "validation", 3, 3)
    assert [rows.tolist() for rows in found] == [[0, 2, 3], [1, 4], []]


def test_a_table_of_groups_takes_the_place_of_the_classes_and_counts_over_both_splits():
    def images(name: str) -> Images:
        found = pictures(LABELS, kind=Grouped)
        groups = [2, 2, 1, 1, 1, 1, 1] if name == "validation" else [3] * 7
        object.__setattr__(found, "groups", torch.tensor(groups))
        return found

    assert [rows.tolist() for rows in group_rows(images, "validation", 3, 2)] == [[], [2, 3], [0, 1], []]


def test_images_are_precise_and_alike_for_every_seed():
    images = pictures(LABELS)
    x, labels = precise(images, torch.tensor([1, 2]), 2)
    assert x.dtype == torch.float64 and x.shape == (2, 2, 4, 4) and torch.equal(x[:, 0], x[:, 1])
    assert torch.equal(x[:, 0], (images.pixels[[1, 2], :, :, 0].double() - 128) / 64)
    assert labels.tolist() == [[1, 0], [1, 0]]


def test_mechanism_has_a_row_per_seed_and_group_and_empty_values_without_images():
    network = smooth()
    node = masked(network)
    rows = mechanism.analyse(node, None, network, split, SETTINGS)
    assert [(row["group"], row["seed"], row["images"]) for row in rows] == [
        *((0, 3, 3), (0, 4, 3), (1, 3, 2), (1, 4, 2), (2, 3, 0), (2, 4, 0))
    ]
    assert {row["node"] for row in rows} == {node.key} and len({tuple(row) for row in rows}) == 1
    assert all(row[name] is None for row in rows[4:] for name in mechanism.MEASURES)
    assert all(isinstance(row[name], float) for row in rows[:4] for name in mechanism.MEASURES)
    x, labels = precise(split(""), torch.tensor([1, 4]), 2)
    p = frozen(network, node.weights)(x).softmax(2)
    assert [row["loss"] for row in rows[2:4]] == pytest.approx((-p[:, :, 1].log().mean(1)).tolist())
    hits = 100 * (p.argmax(2) == labels).double().mean(1)
    assert [row["accuracy"] for row in rows[2:4]] == hits.tolist()
    assert [row["closeness"] for row in rows[2:4]] == pytest.approx((1 - p.square().sum(2)).mean(1).tolist())


def test_a_seeds_row_depends_on_no_other_seed():
    network, alone = smooth(), smooth(1)
    node = masked(network)
    one = type(node)(node.key, SEEDS[1:], *({n: t[1:] for n, t in part.items()} for part in (node.weights, node.mask)))
    both = mechanism.analyse(node, None, network, split, SETTINGS)
    assert mechanism.analyse(one, None, alone, split, SETTINGS) == both[1::2]


def test_taylor_sets_a_node_beside_the_plain_one():
    network = smooth()
    plain, node = masked(network, "dense/cycle_1"), masked(network, "dense/v/cycle_1", draw=2)
    rows = taylor.analyse(node, plain, network, split, SETTINGS)
    assert len(rows) == 6 and all(row["node"] == node.key and row["plain"] == plain.key for row in rows)
    assert all(row[name] is None for row in rows[4:] for name in taylor.MEASURES)
    here, there = frozen(network, plain.weights), frozen(network, node.weights)
    step = parameters(there) - parameters(here)
    # The masks differ: the step lies within both together, and within neither alone.
    both = support(here, {name: mask | node.mask[name] for name, mask in plain.mask.items()})
    assert torch.equal(step * both, step)
    assert all(not torch.equal(step * support(here, one.mask), step) for one in (plain, node))
    for row, distance in zip(rows, step.norm(dim=1).tolist() * 3, strict=True):
        if row["images"]:
            assert row["distance"] == pytest.approx(distance)
            bound = row["gradient_norm"] * distance + max(row["eigenvalue"], 0) * distance**2 / 2
            assert row["bound"] == pytest.approx(bound) and row["holds"] is (row["bound"] >= row["change"])
    losses = [
        {
            row["seed"]: row["loss"]
            for row in mechanism.analyse(one, None, network, split, SETTINGS)
            if row["group"] == 1
        }
        for one in (plain, node)
    ]
    for row in rows[2:4]:
        assert row["change"] == pytest.approx(losses[1][row["seed"]] - losses[0][row["seed"]])
        assert row["change_held"] == row["change"]  # the statistics are the same


def beside(plain, share: float):
    """The plain node after a step within its mask, of a length that `share` says, and with other statistics."""
    random, weights = torch.Generator().manual_seed(8), {}
    for name, tensor in plain.weights.items():
        step = torch.randn(tensor.shape, dtype=torch.float64, generator=random) * plain.mask.get(name, True)
        weights[name] = tensor + (0.5 if "running" in name else share * step)
    return replace(plain, key="dense/v/cycle_1", weights=weights)


def test_taylors_remainder_is_of_third_order_where_the_statistics_are_held():
    network = smooth()
    plain = masked(network)
    whole, half = (taylor.analyse(beside(plain, share), plain, network, split, SETTINGS)[:4] for share in (0.02, 0.01))
    for wide, narrow in zip(whole, half, strict=True):
        assert wide["distance"] == pytest.approx(2 * narrow["distance"], rel=1e-6)
        assert wide["remainder"] / narrow["remainder"] == pytest.approx(8, rel=0.1)
        assert abs(wide["change_held"]) <= wide["bound"]
        # What other statistics add does not shrink with the step.
        added = [row["change"] - row["change_held"] for row in (wide, narrow)]
        assert abs(added[1]) > 10 * abs(narrow["remainder"]) and added[0] / added[1] == pytest.approx(1, abs=0.2)


def test_a_variance_that_vanishes_lengthens_no_step():
    network = smooth()
    plain = masked(network)
    dead = {name: tensor * 0 if "running_var" in name else tensor for name, tensor in plain.weights.items()}
    alive, vanished = (
        taylor.analyse(beside(plain, 0.01), replace(plain, weights=weights), network, split, SETTINGS)[0]
        for weights in (plain.weights, dead)
    )
    assert vanished["distance"] == alive["distance"] and vanished["eigenvalue"] > 10 * alive["eigenvalue"]


def test_taylor_of_a_node_beside_itself_is_nothing():
    network = smooth()
    node = masked(network)
    for row in taylor.analyse(node, node, network, split, SETTINGS)[:4]:
        nothing = ("distance", "bound", "change", "change_held", "remainder")
        assert [row[name] for name in nothing] == [0] * 5 and row["holds"]
        found = mechanism.analyse(node, None, network, split, SETTINGS)
        alike = next(r for r in found if (r["seed"], r["group"]) == (row["seed"], row["group"]))
        assert all(row[name] == alike[name] for name in ("gradient_norm", "eigenvalue", "eigenvalue_residual"))
