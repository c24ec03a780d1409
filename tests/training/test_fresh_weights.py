"""Fresh weights are the initial weights of seeds that the experiment does not have."""

from types import SimpleNamespace

import torch
from small_nodes import data, empty_network, full, initial, run, same

from sculpt.training.transforms import fresh_weights

FRESH = {"name": "fresh_weights", "offset": 100}


def test_they_are_the_initial_weights_of_seeds_so_much_higher():
    images = data([0, 1])
    network = empty_network([0, 1], images)
    weights = run([0, 1], images=images).weights
    found = fresh_weights.transform(weights, full([0, 1]), [0, 1], FRESH, network)
    assert same(found, initial([100, 101], images)) and not same(found, weights)
    assert list(found) == list(network.checkpoint()) and all(tensor.dtype == torch.float32 for tensor in found.values())


def test_a_seeds_weights_depend_on_the_seed_alone():
    given = [(seeds, empty_network(seeds, data(seeds))) for seeds in ([3, 1], [1])]
    both, alone = (fresh_weights.transform(net.checkpoint(), full(seeds), seeds, FRESH, net) for seeds, net in given)
    assert all(torch.equal(both[name][1], tensor[0]) for name, tensor in alone.items())


def test_a_node_trains_from_them_as_the_other_seed_would_from_its_own():
    """But for the data order, which is of the seed: so the end of a node of no rate is the other seed's start."""
    still = {"learning_rate": 0.0, "shift": 0}
    mask = full([0])
    fresh = run([0], mask=mask, transform=FRESH, **still).weights
    assert all(torch.equal(fresh[name], initial([100], data([100]))[name]) for name in mask)
    assert not any(torch.equal(fresh[name], initial([0], data([0]))[name]) for name in mask)


def test_an_offset_within_the_runs_own_seeds_is_a_fault():
    (line,) = fresh_weights.Settings(offset=9).faults(SimpleNamespace(seeds=10))
    assert line == "offset: 9; allowed: at least seeds (10), so that no run has these weights"
    assert not list(fresh_weights.Settings(offset=10).faults(SimpleNamespace(seeds=10)))
