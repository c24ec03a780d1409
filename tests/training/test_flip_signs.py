"""Signs that are flipped between epochs: which, when, and that training goes on from them on both engines."""

from types import SimpleNamespace

import pytest
import torch
from small_nodes import data, empty_network, initial, run, same, sparse

from sculpt.training.between.flip_signs import Settings, after_epoch
from sculpt.training.moving import When

RULE = {"name": "flip_signs", "every": 2, "probability": 0.3}
KERNELS = {"profile": {"device": "cpu", "precision": "float32", "engine": "kernels"}}


def flipped(done=2, epoch=7, seeds=(0, 1), **other):
    """The weights before, the mask, and what changes."""
    images, mask = data(seeds), sparse(seeds)
    network = empty_network(seeds, images)
    network.load(initial(seeds, images))
    before = network.checkpoint()
    changed = after_epoch(network, mask, images, list(seeds), When(done, 5, epoch), None, {**RULE, **other})
    assert same(network.checkpoint(), before), "the rule leaves the network to the engine"
    return before, mask, changed


def test_about_as_many_weights_of_convolutions_flip_as_the_probability_says():
    before, mask, changed = flipped()
    assert changed.mask is mask and not changed.at_rest and changed.passes == 0
    flips = []
    for name, tensor in changed.weights.items():
        if name in mask and name != "head.weight":
            assert torch.equal(tensor.abs(), before[name].abs())
            flips.append((tensor != before[name]).flatten())
        else:
            assert torch.equal(tensor, before[name]), "biases, batch norm and the head stay"
    share = torch.cat(flips).float()
    assert share.mean().item() == pytest.approx(0.3, abs=4 * (0.21 / len(share)) ** 0.5)
    _, _, every = flipped(probability=1.0)
    assert all(torch.equal(every.weights[name], -before[name]) for name in mask if name != "head.weight")


def test_nothing_changes_between_two_perturbations():
    assert flipped(done=1)[2] is None and flipped(done=3)[2] is None
    assert flipped(done=4)[2] is not None


def test_what_flips_depends_on_seed_and_epoch_alone():
    both, again, other = flipped()[2], flipped(seeds=(5, 1))[2], flipped(epoch=8)[2]
    assert all(torch.equal(both.weights[name][1], again.weights[name][1]) for name in both.weights)
    assert same(both.weights, flipped(done=4)[2].weights) and not same(both.weights, other.weights)


@pytest.mark.parametrize("engine", [{}, KERNELS], ids=["torch", "kernels"])
def test_a_node_of_no_rate_ends_with_flipped_signs(engine):
    """Of three epochs the second ends with a perturbation, and the third leaves what it finds."""
    found = run(epochs=3, between=RULE, learning_rate=0.0, shift=0, **engine)
    _, mask, changed = flipped(epoch=2)
    assert same(found.mask, mask)
    assert all(torch.equal(found.weights[name], changed.weights[name] * kept) for name, kept in mask.items())


def test_signs_stay_after_their_share_of_the_schedule():
    assert flipped(done=2, until=0.4)[2] is not None and flipped(done=4, until=0.4)[2] is None
    assert flipped(done=4, until=1.0)[2] is not None


def test_a_perturbation_that_never_comes_is_a_fault():
    five, why = SimpleNamespace(epochs=5), "and nothing flips after a cycle's last epoch"
    assert list(Settings(every=5, probability=0.3).faults(five)) == [
        f"every: 5; allowed: 1 to 4 (training.epochs 5, {why})"
    ]
    assert list(Settings(every=3, probability=0.3, until=0.4).faults(five)) == [
        f"every: 3; allowed: 1 to 2 (training.epochs 5 and until 0.4, {why})"
    ]
    assert list(Settings(every=1, probability=0.3).faults(SimpleNamespace(epochs=1))) == [
        f"every: 1; allowed: a longer cycle (training.epochs 1, {why})"
    ]
    assert not list(Settings(every=2, probability=0.3, until=0.4).faults(five))
