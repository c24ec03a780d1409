"""SynFlow: its scores are the flow that a weight carries, and its rounds keep layers alive."""

from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from pruning_cases import (
    METHODS,
    draw,
    images,
    replicate,
    resnet,
)
from torch import nn

from sculpt.core.randomness import generator
from sculpt.models.build import build
from sculpt.models.stacked import Stack, StackedLinear, conv
from sculpt.pruning import mask as masks
from sculpt.pruning.criteria import snip, synflow
from sculpt.pruning.mask import keep_highest
from sculpt.pruning.scoring import scoring_images

torch.set_num_threads(1)


def chain(replicates, widths=(8, 64, 8), channels=2, classes=3):
    """A chain without skips, at its initialisation."""
    layers, inputs = [], channels
    for width in widths:
        layers += [conv(replicates, inputs, width, 3), nn.BatchNorm2d(replicates * width), nn.ReLU()]
        inputs = width
    network = Stack(nn.Sequential(*layers), StackedLinear(replicates, inputs, classes))
    network.initialise([generator("initial weights", seed) for seed in range(replicates)])
    return network


def test_synflow_is_conserved_along_a_chain():
    """Each layer's scores add up to R, the summed output of the absolute network (float64, no biases)."""
    network = chain(2)
    image = torch.ones(1, 2 * 2, 6, 6, dtype=torch.float64)
    absolute = synflow.absolute_network(network)
    flow = absolute(image).sum((1, 2)).detach()
    sums = torch.stack([score.flatten(1).sum(1) for score in synflow.scores(absolute, image).values()])
    assert sums.shape == (4, 2) and sums.dtype == torch.float64
    assert ((sums - flow).abs() / flow).max() < 1e-10
    # SNIP's are not conserved.
    given = images([0, 1], channels=2, size=6, classes=3)
    other = snip.scores(network, given, scoring_images(given, [0, 1], 4))
    spread = torch.stack([score.flatten(1).sum(1) for score in other.values()])
    assert (spread.max(0).values / spread.min(0).values > 1.1).all()


def test_synflow_is_conserved_in_a_network_with_relu6():
    """All flow of MobileNetV2 passes through its stem, its last convolution and its head; none of it is clipped."""
    network = build({"name": "mobilenetv2", "width": 8, "stem": "cifar"}, replicates=2, channels=3, classes=10)
    network.initialise([generator("initial weights", seed) for seed in range(2)])
    image = torch.ones(1, 2 * 3, 8, 8, dtype=torch.float64)
    absolute = synflow.absolute_network(network)
    flow = absolute(image).sum((1, 2)).detach()
    scores = synflow.scores(absolute, image)
    for name in ("body.stem.0.weight", "body.last.0.weight", "head.weight"):
        assert ((scores[name].flatten(1).sum(1) - flow).abs() / flow).max() < 1e-10, name
    assert {layer.max_val for layer in network.modules() if isinstance(layer, nn.ReLU6)} == {6.0}


def test_synflow_scores_are_the_share_of_the_flow_that_a_weight_carries():
    """R is linear in each weight here: without a weight it falls by that weight's score, found by removing it."""
    network = chain(1, widths=(3, 4))
    image = torch.ones(1, 2, 5, 5, dtype=torch.float64)
    absolute = synflow.absolute_network(network)
    scores = synflow.scores(absolute, image)
    whole = absolute(image).sum()
    for name, weight in absolute.prunable().items():
        for position in (0, weight.numel() // 2, weight.numel() - 1):
            flat = weight.data.view(-1)
            value = flat[position].item()
            flat[position] = 0
            fall = whole - absolute(image).sum()
            flat[position] = value
            assert value > 0
            torch.testing.assert_close(scores[name].flatten()[position], fall.detach(), rtol=1e-9, atol=0)


def test_synflow_scores_without_data_on_absolute_values():
    network = resnet([0, 1], width=4)
    mask = draw("synflow", network, images([0, 1]), [0, 1], 0.1, METHODS["synflow"]).mask
    signs = {name: tensor.sign() for name, tensor in network.checkpoint().items() if name in mask}
    assert all((sign < 0).any() for sign in signs.values())
    network.load({name: t.abs() if name in mask else t for name, t in network.checkpoint().items()})
    dark = replace(images([0, 1]), pixels=torch.zeros_like(images([0, 1]).pixels))
    again = draw("synflow", network, dark, [0, 1], 0.1, METHODS["synflow"]).mask
    assert all(torch.equal(mask[name], again[name]) for name in mask)


def test_synflow_prunes_in_rounds_of_an_exponential_schedule(monkeypatch):
    """Density rho^(k/n) after round k of n, each within the one before."""
    rounds = []

    def keep(scores, density):
        mask = keep_highest(scores, density)
        rounds.append((density, replicate(mask, 1)))
        return mask

    monkeypatch.setattr(masks, "keep_highest", keep)
    draw("synflow", chain(2), images([0, 1], channels=2, size=6, classes=3), [0, 1], 0.1, {"rounds": 4})
    assert [density for density, _ in rounds] == pytest.approx([0.1**0.25, 0.1**0.5, 0.1**0.75, 0.1])
    assert not any((after & ~before).any() for (_, before), (_, after) in pairwise(rounds))


def test_synflow_in_rounds_does_not_collapse_a_layer_that_one_round_does():
    """At density 0.01 the two wide layers hold 9,216 of 9,384 weights: in one round all but the weight that
    `keep_highest` never removes goes, in 100 rounds none of them does."""
    network, given = chain(2), images([0, 1], channels=2, size=6, classes=3)
    assert [weight.numel() // 2 for weight in network.prunable().values()] == [144, 4608, 4608, 24]

    def counts(rounds):
        mask = draw("synflow", network, given, [0, 1], 0.01, {"rounds": rounds}).mask
        return torch.stack([kept.flatten(1).sum(1) for kept in mask.values()])

    at_once, in_rounds = counts(1), counts(100)
    assert at_once.sum(0).tolist() == in_rounds.sum(0).tolist() == [94, 94]
    assert at_once[1:3].tolist() == [[1, 1], [1, 1]]
    assert in_rounds.min() >= 5


def test_synflow_leaves_weights_that_carry_flow():
    """After 100 rounds at an extreme density the masked absolute network still has an output for every replicate."""
    network, given = chain(2), images([0, 1], channels=2, size=6, classes=3)
    mask = draw("synflow", network, given, [0, 1], 0.005, {"rounds": 100}).mask
    absolute = synflow.absolute_network(network)
    with torch.no_grad():
        for name, weight in absolute.prunable().items():
            weight.mul_(absolute.stack(mask)[name])
        assert (absolute(torch.ones(1, 4, 6, 6, dtype=torch.float64)).sum((1, 2)) > 0).all()
