"""The criteria as initial masks: what all of them keep to."""

from dataclasses import replace
from hashlib import sha256
from types import SimpleNamespace

import pytest
import torch
from pruning_cases import (
    METHODS,
    SEEDS,
    draw,
    drawn,
    images,
    replicate,
    resnet,
    state,
)

from sculpt.core.kinds import CRITERIA
from sculpt.pruning import choice
from sculpt.pruning.allocation import DensityError
from sculpt.pruning.choice import Drawn
from sculpt.pruning.mask import ScoreError

torch.set_num_threads(1)


def test_every_method_is_tested_here():
    assert set(METHODS) == set(CRITERIA.names)


def test_methods_that_draw_by_lot_say_so():
    assert {name for name in METHODS if CRITERIA.constant(name, "RANDOM", False)} == {"erk", "balanced", "uniform"}


@pytest.mark.parametrize("method", METHODS)
def test_methods_that_read_labels_say_so(method):
    """With other labels they keep other weights; the others keep the same."""
    network, given = resnet([0, 1], width=4), images([0, 1])
    relabelled = replace(given, labels=given.labels.flip(0))
    found, other = (
        draw(method, network, drawn_on, [0, 1], 0.1, METHODS[method]).mask for drawn_on in (given, relabelled)
    )
    differs = any(not torch.equal(other[name], kept) for name, kept in found.items())
    assert differs == CRITERIA.constant(method, "READS_LABELS", False)


def test_a_mask_of_another_density_is_refused(monkeypatch):
    network = resnet([0, 1], width=4)
    every = network.everything()
    fresh = SimpleNamespace(load=lambda name: lambda *arguments: Drawn(every, passes=0))
    monkeypatch.setattr(choice, "CRITERIA", fresh)
    with pytest.raises(ScoreError, match=r"^fresh keeps 17060, 17060 weights of its replicates, density 0\.1 is 1706$"):
        draw("fresh", network, images([0, 1]), [0, 1], 0.1, {})


@pytest.mark.parametrize("method", METHODS)
def test_a_density_that_the_network_cannot_have_is_refused(method):
    with pytest.raises(DensityError, match=r"^density 0\.0003 is 20\.4 of 67,848 weights, .* density is 0\.0003243$"):
        drawn(method, density=0.0003)
    kept = draw("magnitude", resnet([0]), images([0]), [0], 0.0003243, {}).mask
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


UNCORRECTED = {"flow_correction": False}


@pytest.mark.parametrize(
    ("method", "settings", "digest"),
    [
        ("erk", UNCORRECTED, "47cc4c5b3b7d056a"),
        ("balanced", UNCORRECTED, "a8a26c427cdd79ff"),
        ("uniform", UNCORRECTED, "97b190cf7ca0bf3f"),
        ("magnitude", {}, "0ff15d3d38e359ae"),
        ("synflow", METHODS["synflow"], "7a6bdbc3bcc509fa"),
        ("erk", {}, "f0e07ed413698b6b"),
        ("balanced", {}, "6c425cdbbfbaeb65"),
        ("uniform", {}, "4d3cf190474c1f3d"),
        ("snip", METHODS["snip"], "70300e27dda3a223"),
        ("grasp", METHODS["grasp"], "df814b0eaa750962"),
    ],
)
def test_masks_are_those_of_every_version_and_processor(method, settings, digest):
    """The first five are the bytes that the first version drew, in which scores of data hung on the processor."""
    mask = draw(method, resnet(SEEDS), images(SEEDS), SEEDS, 0.05, settings).mask
    assert sha256(b"".join(kept.contiguous().numpy().tobytes() for kept in mask.values())).hexdigest()[:16] == digest


def shares(method, density):
    """(weights, sum of dimensions, kept weights) of each layer of a random mask without flow correction."""
    shapes = resnet(SEEDS).shapes().values()
    mask = draw(method, resnet(SEEDS), images(SEEDS), SEEDS, density, UNCORRECTED).mask
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


@pytest.mark.parametrize(("method", "passes"), [("snip", 40), ("grasp", 160), ("synflow", 20), ("erk", 0)])
def test_cost_is_counted_in_passes_of_one_image(method, passes):
    """SNIP: one gradient; GraSP: one, and one with the backward pass through it; SynFlow: one image a round."""
    assert drawn(method, width=4, density=0.5).passes == passes
