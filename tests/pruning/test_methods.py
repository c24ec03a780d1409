"""The mask methods: what all of them keep to, and each score against its definition, worked out another way."""

import sys
from dataclasses import replace
from itertools import pairwise
from types import ModuleType
from typing import get_args

import pytest
import torch
from torch import nn
from torch.nn.functional import batch_norm, conv2d, cross_entropy, linear, relu

from sculpt import models
from sculpt.core.randomness import generator
from sculpt.data.augmentation import Images
from sculpt.models.stacked import Stack, StackedLinear, conv
from sculpt.params.load import MaskMethod
from sculpt.pruning import scoring
from sculpt.pruning.allocation import DensityError
from sculpt.pruning.criteria import Drawn, draw, grasp, is_random, snip, synflow
from sculpt.pruning.mask import ScoreError, keep_highest
from sculpt.pruning.scoring import scoring_images

torch.set_num_threads(1)

METHODS = {
    "erk": {},
    "balanced": {},
    "uniform": {},
    "magnitude": {},
    "snip": {"samples_per_class": 4},
    "grasp": {"samples_per_class": 4},
    "synflow": {"rounds": 20},
}
SEEDS, DENSITY, CLASSES = [0, 1, 2], 0.01, 10


def images(seeds, channels=1, size=8, classes=CLASSES, each=12, double=False):
    """Random images, the same for all seeds, `each` of every class."""
    random = torch.Generator().manual_seed(0)
    n = each * classes
    pixels = torch.randint(256, (n, channels, size, size), generator=random).to(torch.uint8)
    labels = (torch.arange(n) % classes)[:, None].repeat(1, len(seeds))
    placed = Images.place(pixels, labels, [128.0] * channels, [64.0] * channels, 1, torch.device("cpu"))
    return replace(placed, mean=placed.mean.double(), scale=placed.scale.double()) if double else placed


def resnet(seeds, width=8, double=False):
    network = models.build("resnet20", replicates=len(seeds), channels=1, classes=CLASSES, width=width)
    network.initialise([generator("initial weights", seed) for seed in seeds])
    return network.double() if double else network


def drawn(method, seeds=SEEDS, density=DENSITY, width=8, double=False):
    return draw(method, resnet(seeds, width, double), images(seeds, double=double), seeds, density, METHODS[method])


def replicate(tensors, r):
    return torch.cat([tensor[r].flatten() for tensor in tensors.values()])


def state(network):
    """Every tensor of a network, the count of batches included."""
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


def test_every_method_is_tested_here():
    assert set(METHODS) == set(get_args(MaskMethod))


def test_methods_that_draw_by_lot_say_so():
    assert all(map(is_random, ("erk", "balanced", "uniform")))
    assert not any(map(is_random, ("snip", "grasp", "synflow", "magnitude")))


def test_a_mask_of_another_density_is_refused(monkeypatch):
    network = resnet([0, 1], width=4)
    every = {name: torch.ones(2, *shape, dtype=torch.bool) for name, shape in network.shapes().items()}
    fresh = ModuleType("fresh")
    fresh.draw = lambda network, images, seeds, density: Drawn(every, passes=0)
    monkeypatch.setitem(sys.modules, "sculpt.pruning.criteria.fresh", fresh)
    with pytest.raises(ScoreError, match=r"^fresh keeps 17060, 17060 weights of its replicates, density 0\.1 is 1706$"):
        draw("fresh", network, images([0, 1]), [0, 1], 0.1, {})
    assert not is_random("fresh")


@pytest.mark.parametrize("method", METHODS)
def test_a_density_that_the_network_cannot_have_is_refused(method):
    with pytest.raises(DensityError, match=r"^density 0\.0003 is 20\.4 of 67,848 weights, .* density is 0\.0003243$"):
        drawn(method, density=0.0003)
    kept = draw("erk", resnet([0]), images([0]), [0], 0.0003243, {}).mask
    assert [int(mask.sum()) for mask in kept.values()] == [1] * 22


@pytest.mark.parametrize("method", METHODS)
def test_density_is_exact_and_no_layer_is_empty(method):
    """At density 0.01 on ResNet-20: shaped as the weights, and another mask for each seed."""
    shapes = resnet(SEEDS).shapes()
    assert sum(shape.numel() for shape in shapes.values()) == 67_848
    mask = drawn(method).mask
    assert {name: kept.shape for name, kept in mask.items()} == {name: (3, *shape) for name, shape in shapes.items()}
    assert {kept.dtype for kept in mask.values()} == {torch.bool}
    columns = torch.stack([replicate(mask, r) for r in range(3)])
    assert columns.sum(1).tolist() == [678] * 3
    assert min(int(kept.flatten(1).sum(1).min()) for kept in mask.values()) >= 1
    for r in range(3):
        assert (columns[r] & columns[r - 1]).sum() < 500, "two seeds share most of their weights"


def shares(method, density):
    """(weights, sum of dimensions, kept weights) of each layer of a random mask."""
    shapes = resnet(SEEDS).shapes().values()
    mask = drawn(method, density=density).mask
    counts = [kept.flatten(1).sum(1).tolist() for kept in mask.values()]
    assert all(len(set(count)) == 1 for count in counts), "the allocation is the same for every seed"
    return [(shape.numel(), sum(shape), count[0]) for shape, count in zip(shapes, counts, strict=True)]


def test_uniform_masks_have_one_density_in_every_layer():
    assert all(abs(kept - 0.1 * size) < 1 for size, _, kept in shares("uniform", 0.1))


def test_balanced_masks_keep_as_many_weights_in_every_layer():
    layers = shares("balanced", 0.1)
    most = max(kept for *_, kept in layers)
    assert all(kept == size or most - kept <= 1 for size, _, kept in layers)
    assert {size for size, _, kept in layers if kept == size} == {72, 128, 320}, "the smallest layers are full"


def test_erk_masks_keep_weights_in_proportion_to_the_sum_of_the_dimensions():
    layers = shares("erk", 0.1)
    factor = sum(kept for size, _, kept in layers if kept < size) / sum(d for size, d, kept in layers if kept < size)
    assert all(kept == size <= factor * d + 1 or abs(kept - factor * d) < 1 for size, d, kept in layers)
    assert factor > 1


@pytest.mark.parametrize("method", METHODS)
def test_network_and_images_are_left_as_they_were(method):
    """Weights, running statistics, mode and gradients; drawn again, the mask is the same."""
    network, given = resnet([3, 4], width=4), images([3, 4])
    network.load({name: tensor + 0.1 for name, tensor in network.checkpoint().items()})
    before, pixels = state(network), given.pixels.clone()
    for training in (True, False):
        network.train(training)
        mask = draw(method, network, given, [3, 4], 0.1, METHODS[method]).mask
        assert {layer.training for layer in network.modules()} == {training}
        again = draw(method, network, given, [3, 4], 0.1, METHODS[method]).mask
        assert all(torch.equal(again[name], kept) for name, kept in mask.items())
    after = state(network)
    assert all(torch.equal(after[name], before[name]) and after[name].dtype == before[name].dtype for name in before)
    assert all(parameter.grad is None and parameter.requires_grad for parameter in network.parameters())
    assert torch.equal(given.pixels, pixels)


@pytest.mark.parametrize("method", METHODS)
def test_a_seeds_mask_is_the_same_in_a_stack_and_alone(method):
    """In float64, where rounding does not reorder scores."""
    together = drawn(method, SEEDS, 0.05, width=4, double=True).mask
    pair = drawn(method, [7, 1], 0.05, width=4, double=True).mask
    alone = drawn(method, [1], 0.05, width=4, double=True).mask
    assert torch.equal(replicate(together, 1), replicate(alone, 0))
    assert torch.equal(replicate(together, 1), replicate(pair, 1))


def synflow_scores(network, given, index):
    channels, height, width = given.shape
    image = torch.ones(1, network.replicates * channels, height, width, dtype=torch.float64)
    return synflow.scores(synflow.absolute_network(network), image)


@pytest.mark.parametrize("scores", [snip.scores, grasp.scores, synflow_scores], ids=["snip", "grasp", "synflow"])
def test_scores_of_a_stack_are_those_of_the_separate_networks(scores):
    given = images(SEEDS, double=True)
    index = scoring_images(given, SEEDS, 4)
    together = scores(resnet(SEEDS, 4, double=True), given, index)
    for r, seed in enumerate(SEEDS):
        alone = scores(resnet([seed], 4, double=True), images([seed], double=True), index[:, r : r + 1])
        for name, score in together.items():
            largest = alone[name].abs().max()
            assert largest > 0
            assert (score[r] - alone[name][0]).abs().max() < 1e-10 * largest, name


@pytest.mark.parametrize(("method", "passes"), [("snip", 40), ("grasp", 160), ("synflow", 20), ("erk", 0)])
def test_cost_is_counted_in_passes_of_one_image(method, passes):
    """SNIP: one gradient; GraSP: one, and one with the backward pass through it; SynFlow: one image a round."""
    assert drawn(method, width=4, density=0.5).passes == passes


# Scores against their definitions, on a network small enough to write down again.


def small(replicates, double=True):
    """conv 3x3, batch norm, relu, conv 3x3 with stride 2, batch norm, relu, mean, linear; on 2 channels, 3 classes."""
    body = nn.Sequential(
        conv(replicates, 2, 4, 3),
        nn.BatchNorm2d(replicates * 4),
        nn.ReLU(),
        conv(replicates, 4, 6, 3, stride=2),
        nn.BatchNorm2d(replicates * 6),
        nn.ReLU(),
    )
    network = Stack(body, StackedLinear(replicates, 6, 3)).double()
    random = torch.Generator().manual_seed(5)
    state = {name: torch.randn(t.shape, generator=random, dtype=t.dtype) for name, t in network.checkpoint().items()}
    network.load({name: 1 + t.abs() if "running_var" in name else t for name, t in state.items()})
    return network


WEIGHTS = ["body.0.weight", "body.3.weight", "head.weight"]


def loss(p, x, labels, temperature=1.0):
    """Mean cross-entropy of one plain network in training mode; p: its tensors by name."""
    for i, stride in ((0, 1), (3, 2)):
        x = conv2d(x, p[f"body.{i}.weight"], stride=stride, padding=1)
        x = relu(batch_norm(x, None, None, p[f"body.{i + 1}.weight"], p[f"body.{i + 1}.bias"], training=True))
    return cross_entropy(linear(x.mean((2, 3)), p["head.weight"], p["head.bias"]) / temperature, labels)


@pytest.fixture
def scored(monkeypatch):
    """A stack of two, its images, the indices, and each replicate's plain tensors and batches (of 8 and of 4)."""
    monkeypatch.setattr(scoring, "BATCH", 8)
    network, given = small(2), images([0, 1], channels=2, size=6, classes=3, double=True)
    index = scoring_images(given, [0, 1], 4)
    inside = given.pixels[:, 1:-1, 1:-1].permute(0, 3, 1, 2).double()
    plain = []
    for r in range(2):
        parts = [(inside[i] / 64 - 2, given.labels[i, r]) for i in (index[:8, r], index[8:, r])]
        plain.append(({name: tensor[r] for name, tensor in network.checkpoint().items()}, parts))
    return network, given, index, plain


def test_snip_is_the_gradient_of_a_multiplicative_mask(scored):
    """Summed over the batches before the absolute value."""
    network, given, index, plain = scored
    found = snip.scores(network, given, index)
    assert list(found) == WEIGHTS
    for r, (p, batches) in enumerate(plain):
        gates = {name: torch.ones_like(p[name], requires_grad=True) for name in WEIGHTS}
        gated = p | {name: p[name] * gate for name, gate in gates.items()}
        total = sum(len(batch[1]) / len(index) * loss(gated, *batch) for batch in batches)
        expected = torch.autograd.grad(total, list(gates.values()))
        for name, gradient in zip(WEIGHTS, expected, strict=True):
            assert gradient.abs().max() > 1e-4
            torch.testing.assert_close(found[name][r], gradient.abs(), rtol=1e-10, atol=1e-13)


def test_grasp_is_the_weight_times_the_hessian_times_the_gradient(scored):
    """Against torch's Hessian-vector product and against finite differences of the gradient; temperature 200."""
    network, given, index, plain = scored
    found = grasp.scores(network, given, index)
    assert list(found) == WEIGHTS
    for r, (p, batches) in enumerate(plain):

        def total(*weights, p=p, batches=batches):
            filled = p | dict(zip(WEIGHTS, weights, strict=True))
            shares = [len(batch[1]) / len(index) for batch in batches]
            return sum(s * loss(filled, *b, temperature=200.0) for s, b in zip(shares, batches, strict=True))

        def slope(weights, total=total):
            weights = [weight.detach().requires_grad_() for weight in weights]
            return torch.autograd.grad(total(*weights), weights)

        weights = [p[name] for name in WEIGHTS]
        gradient = slope(weights)
        _, product = torch.autograd.functional.hvp(total, tuple(weights), gradient)
        norm = torch.sqrt(sum((g**2).sum() for g in gradient))
        ahead = slope([w + 1e-6 * g / norm for w, g in zip(weights, gradient, strict=True)])
        behind = slope([w - 1e-6 * g / norm for w, g in zip(weights, gradient, strict=True)])
        for i, name in enumerate(WEIGHTS):
            expected = weights[i] * product[i]
            assert (found[name][r] - expected).abs().max() < 1e-10 * expected.abs().max()
            differences = weights[i] * (ahead[i] - behind[i]) / 2e-6 * norm
            assert (found[name][r] - differences).abs().max() < 1e-5 * expected.abs().max()
            assert expected.min() < 0 < expected.max(), "scores have a sign: the largest are kept, not the greatest"


@pytest.mark.parametrize("method", ["snip", "grasp"])
def test_masks_keep_the_highest_scores(method):
    module = {"snip": snip, "grasp": grasp}[method]
    network, given = small(2), images([0, 1], channels=2, size=6, classes=3, double=True)
    mask = draw(method, network, given, [0, 1], 0.2, {"samples_per_class": 4}).mask
    expected = keep_highest(module.scores(network, given, scoring_images(given, [0, 1], 4)), 0.2)
    assert all(torch.equal(mask[name], kept) for name, kept in expected.items())


def test_magnitude_keeps_the_largest_weights():
    network = small(2)
    mask = draw("magnitude", network, images([0, 1], channels=2), [0, 1], 0.3, {}).mask
    weights = network.split(dict(network.prunable()))
    for r in range(2):
        size, kept = replicate(weights, r).abs(), replicate(mask, r)
        assert size[kept].min() > size[~kept].max()


def test_scoring_images_are_as_many_of_each_class_and_others_for_each_seed():
    given = images([0, 1, 2])
    labels = given.labels.clone()
    labels[:, 2] = labels[torch.randperm(len(labels), generator=torch.Generator().manual_seed(0)), 2]
    given = replace(given, labels=labels)
    index = scoring_images(given, [4, 5, 6], 5)
    assert index.shape == (5 * CLASSES, 3)
    for r in range(3):
        assert len(set(index[:, r].tolist())) == 50
        assert torch.bincount(given.labels[index[:, r], r]).tolist() == [5] * CLASSES
    assert set(index[:, 0].tolist()) != set(index[:, 1].tolist())
    assert torch.equal(index[:, 1:2], scoring_images(images([0]), [5], 5))
    with pytest.raises(ScoreError, match="samples_per_class is 13; a class has only 12"):
        scoring_images(given, [4, 5, 6], 13)


# SynFlow.


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
    network = models.build("mobilenetv2", replicates=2, channels=3, classes=10, width=8, stem="cifar")
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

    monkeypatch.setattr(synflow, "keep_highest", keep)
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
