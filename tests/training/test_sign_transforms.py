"""Transforms of signs and magnitudes: what stays, what changes, and what that depends on."""

import math

import pytest
import torch
from small_nodes import data, empty_network, initial, same, sparse

from sculpt.core.kinds import TRANSFORMS

SEEDS = [0, 1]
SETTINGS = {"random_magnitudes": {"offset": 100}, "random_signs": {}, "shuffle_magnitudes": {}}


def transformed(name, seeds=SEEDS):
    """Weights with the batch norm of a trained network, the mask, and what a transform makes of them."""
    weights, mask = initial(seeds, data(seeds)), sparse(seeds)
    weights = {key: tensor if key in mask else tensor + 0.25 for key, tensor in weights.items()}
    return weights, mask, again(name, weights, mask, seeds)


def again(name, weights, mask, seeds=SEEDS):
    network = [empty_network(seeds, data(seeds))] if TRANSFORMS.constant(name, "READS_NETWORK") else []
    return TRANSFORMS.load(name)(weights, mask, seeds, {"name": name, **SETTINGS[name]}, *network)


@pytest.mark.parametrize("name", SETTINGS)
def test_what_is_not_prunable_stays_and_nothing_that_was_given_changes(name):
    weights, mask, found = transformed(name)
    before = {key: tensor.clone() for key, tensor in weights.items()}
    assert weights.keys() == found.keys()
    assert all(torch.equal(found[key], tensor) for key, tensor in weights.items() if key not in mask)
    assert any(not torch.equal(found[key], weights[key]) for key in mask)
    again(name, weights, mask)
    assert same(weights, before)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_seeds_weights_depend_on_the_seed_alone(name):
    _, mask, both = transformed(name, [0, 1])
    _, _, other = transformed(name, [5, 1])
    _, _, alone = transformed(name, [1])
    assert all(torch.equal(both[key][1], found[key][-1]) for key in mask for found in (other, alone))
    assert not same({key: both[key][:1] for key in mask}, {key: other[key][:1] for key in mask})


@pytest.mark.parametrize("name", ["random_magnitudes", "shuffle_magnitudes"])
def test_new_magnitudes_keep_every_sign(name):
    weights, mask, found = transformed(name)
    assert all(torch.equal(found[key].sign(), weights[key].sign()) for key in mask)


def test_random_signs_keep_every_magnitude_and_are_even():
    weights, mask, found = transformed("random_signs")
    assert all(torch.equal(found[key].abs(), weights[key].abs()) for key in mask)
    for flips in (torch.cat([(found[key][r] * weights[key][r] < 0).flatten() for key in mask]) for r in (0, 1)):
        assert flips.float().mean().item() == pytest.approx(0.5, abs=4 * 0.5 / math.sqrt(len(flips)))


def test_random_signs_do_not_depend_on_the_mask():
    weights, mask, found = transformed("random_signs")
    everything = {key: torch.ones_like(kept) for key, kept in mask.items()}
    assert same(found, again("random_signs", weights, everything))


def test_shuffled_magnitudes_are_those_of_the_layers_kept_weights():
    weights, mask, found = transformed("shuffle_magnitudes")
    for key, kept in mask.items():
        for r in range(2):
            before, after = weights[key][r][kept[r]].abs(), found[key][r][kept[r]].abs()
            assert torch.equal(before.sort().values, after.sort().values)
            assert torch.equal(found[key][r][~kept[r]], weights[key][r][~kept[r]])


def test_random_magnitudes_are_those_of_the_initial_weights_of_another_seed():
    _, mask, found = transformed("random_magnitudes")
    others = [seed + SETTINGS["random_magnitudes"]["offset"] for seed in SEEDS]
    fresh = initial(others, data(others))
    assert all(torch.equal(found[key].abs(), fresh[key].abs()) for key in mask)


def test_of_one_layer_by_hand():
    weights, mask = {"a": torch.tensor([[-1.0, 0.0, 2.0, -3.0]])}, {"a": torch.tensor([[True, True, False, True]])}
    seen = set()
    for seed in range(40):
        found = again("shuffle_magnitudes", weights, mask, [seed])["a"][0].tolist()
        assert found[2] == 2 and found[0] <= 0 <= found[1] and found[3] <= 0
        seen.add(tuple(map(abs, found)))
    orders = {(1, 0, 2, 3), (1, 3, 2, 0), (0, 1, 2, 3), (0, 3, 2, 1), (3, 0, 2, 1), (3, 1, 2, 0)}
    assert seen == orders, "each order of three magnitudes occurs"
