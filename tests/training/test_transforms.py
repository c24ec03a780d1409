"""Transforms of starting weights: what stays, what changes, and what that depends on."""

import torch
from small_nodes import data, initial, same, sparse

from sculpt.training.transforms import shuffle_signs

SEEDS, SETTINGS = [0, 1], {"name": "shuffle_signs"}


def shuffled(seeds=SEEDS):
    weights, mask = initial(seeds, data(seeds)), sparse(seeds)
    return weights, mask, shuffle_signs.transform(weights, mask, seeds, SETTINGS)


def test_shuffling_signs_keeps_the_magnitudes_and_the_number_of_each_sign():
    weights, mask, found = shuffled()
    assert weights.keys() == found.keys()
    for name, kept in mask.items():
        assert torch.equal(found[name].abs(), weights[name].abs())
        for r in range(2):
            before, after = weights[name][r][kept[r]], found[name][r][kept[r]]
            assert (before < 0).sum() == (after < 0).sum()
    large = [name for name, kept in mask.items() if kept[0].sum() > 50]
    assert len(large) > 5
    assert all(((found[name] < 0) != (weights[name] < 0)).float().mean() > 0.05 for name in large)


def test_what_the_mask_does_not_keep_and_what_is_not_prunable_stays():
    weights, mask, found = shuffled()
    for name, tensor in weights.items():
        untouched = ~mask[name] if name in mask else torch.ones_like(tensor, dtype=torch.bool)
        assert torch.equal(found[name][untouched], tensor[untouched])
    assert same(weights, initial(SEEDS, data(SEEDS))), "the weights that were given are left as they were"


def test_a_weight_of_zero_takes_no_magnitude_away():
    weights, mask = {"a": torch.tensor([[-1.0, 0.0, 2.0, -3.0]])}, {"a": torch.ones(1, 4, dtype=torch.bool)}
    for seed in range(20):
        found = shuffle_signs.transform(weights, mask, [seed], SETTINGS)["a"]
        assert found.abs().tolist() == [[1.0, 0.0, 2.0, 3.0]]
        assert int(torch.signbit(found).sum()) == 2


def test_a_seeds_signs_depend_on_the_seed_alone():
    _, _, both = shuffled([0, 1])
    _, _, other = shuffled([5, 1])
    _, _, alone = shuffled([1])
    for name, tensor in both.items():
        assert torch.equal(tensor[1], alone[name][0]) and torch.equal(tensor[1], other[name][1])
