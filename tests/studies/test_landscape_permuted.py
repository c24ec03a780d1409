"""Hidden units that change places: the function stays, and the midpoint is a narrower network written down."""

import pytest
import torch
from landscape_networks import blocks, bottleneck, masked, pictures, plain
from torch import nn

from sculpt.models.blocks import BasicBlock
from sculpt.models.stacked import BatchNorm, Stack, StackedLinear, conv
from sculpt.studies.landscape.permuted import permuted, swaps
from sculpt.studies.landscape.points import between


def one(node):
    return ({name: tensor[0] for name, tensor in part.items()} for part in (node.weights, node.mask))


def logits(network, weights, batch_norm: bool = False):
    """In float64; batch_norm: with the statistics of the images themselves."""
    network = network.double()
    network.load({name: tensor[None].double() for name, tensor in weights.items()})
    x, _ = pictures(16).plain(torch.arange(16), 1)
    network.train(batch_norm)
    with torch.no_grad():
        return network(x.double())


@pytest.mark.parametrize("count", [1, 2, 7, 8])
def test_units_change_places_in_pairs(count):
    index = swaps(count, torch.Generator().manual_seed(3))
    assert torch.equal(index[index], torch.arange(count)) and int((index == torch.arange(count)).sum()) == count % 2


def test_places_are_drawn_for_each_seed():
    weights, mask = one(masked(blocks(1)))
    found = [permuted(blocks(1), weights, mask, seed)[0] for seed in (0, 0, 1, 2, 3, 4)]
    orders = [tuple(places(weights, of_seed)) for of_seed in found]
    assert orders[0] == orders[1] and len(set(orders)) > 1


@pytest.mark.parametrize("network", [blocks(1), bottleneck(1)])
def test_the_function_stays_and_the_weights_do_not(network):
    node = masked(network)
    weights, mask = one(node)
    found, kept = permuted(network, weights, mask, seed=0)
    changed = {name for name in weights if not torch.equal(found[name], weights[name])}
    inner = {"conv1", "bn1", "conv2"} | ({"bn2", "conv3"} if "body.2.conv3.weight" in weights else set())
    assert changed and {name.split(".")[2] for name in changed} == inner
    assert all((found[name][~kept[name]] == 0).all() and kept[name].sum() == mask[name].sum() for name in mask)
    assert torch.allclose(logits(network, weights), logits(network, found), rtol=1e-12, atol=1e-12)


def test_a_model_without_blocks_has_none():
    assert permuted(plain(1), *one(masked(plain(1))), seed=0) is None


def test_the_midpoint_is_the_network_of_the_pairs_means():
    """Two of four inner units are left, each the mean of a pair, read with the sum of the pair's weights."""
    network = blocks(1)
    weights, mask = one(masked(network))
    found, _ = permuted(network, weights, mask, seed=0)
    middle = between(weights, found, 0.5)
    pairs = [(i, j) for i, j in enumerate(places(weights, found)) if i < j]
    assert len(pairs) == 2
    narrow_block = BasicBlock(1, 4, 4, 1)
    narrow_block.conv1, narrow_block.bn1, narrow_block.conv2 = conv(1, 4, 2, 3), BatchNorm(2), conv(1, 2, 4, 3)
    narrow = Stack(nn.Sequential(conv(1, 1, 4, 3), BatchNorm(4), narrow_block), StackedLinear(1, 4, 3))
    written = dict(weights)
    for name in (n for n in weights if n.startswith(("body.2.conv1", "body.2.bn1"))):
        written[name] = torch.stack([(weights[name][i] + weights[name][j]) / 2 for i, j in pairs])
    second = weights["body.2.conv2.weight"]
    written["body.2.conv2.weight"] = torch.stack([second[:, i] + second[:, j] for i, j in pairs], 1)
    for batch_norm in (False, True):
        expected = logits(narrow, written, batch_norm)
        assert torch.allclose(logits(blocks(1), middle, batch_norm), expected, rtol=1e-6, atol=1e-6)
    assert not torch.allclose(expected, logits(blocks(1), weights, True), rtol=1e-2)


def places(weights, found) -> list[int]:
    """Where each unit went, read off the weights, which are all different."""
    name = "body.2.bn1.weight"
    return [found[name].tolist().index(value) for value in weights[name].tolist()]
