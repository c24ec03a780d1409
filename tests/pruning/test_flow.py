"""Flow correction: no unit of a random mask without a weight, at the same density, with few weights moved."""

import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pruning_cases import SEEDS, draw, images, replicate, resnet, under

from sculpt.models.build import build
from sculpt.pruning.allocation import DensityError, allocate, allocate_at_least
from sculpt.pruning.choice import choose
from sculpt.pruning.flow import Layer
from sculpt.pruning.mask import kept_counts
from sculpt.pruning.random_masks import draw_at_random, groups_to_connect

torch.set_num_threads(1)

RANDOM = ["erk", "balanced", "uniform"]
QUICK = settings(deadline=None, derandomize=True, max_examples=150)


def bare(kept, groups=1):
    """Channels of one layer (O, I / groups, ...) without a weight, by its definition."""
    grid = kept.reshape(groups, kept.shape[0] // groups, kept.shape[1], -1).any(3)
    return int((~grid.any(2)).sum() + (~grid.any(1)).sum())


def shortest(shape, groups=1):
    return groups * max(shape[0] // groups, shape[1])


@st.composite
def layers(draw):
    """(shape, groups, random order)."""
    groups = draw(st.sampled_from([1, 1, 2, 3]))
    shape = (groups * draw(st.integers(1, 6)), draw(st.integers(1, 6)), *draw(st.sampled_from([(), (1, 1), (3, 3)])))
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    return shape, groups, random.permutation(math.prod(shape))


def kept_by(order, places, shape):
    kept = torch.zeros(math.prod(shape), dtype=torch.bool)
    kept[torch.from_numpy(order[places])] = True
    return kept.reshape(shape)


@QUICK
@given(layers())
def test_every_count_from_the_larger_of_inputs_and_outputs_on_connects_a_layer(layer):
    shape, groups, order = layer
    connected = Layer.of(order, shape, groups)
    assert connected.fewest() == shortest(shape, groups) == len(connected.connecting(0))
    for count in range(connected.fewest(), len(order) + 1):
        kept = kept_by(order, connected.kept(count), shape)
        assert kept.sum() == count and bare(kept, groups) == 0
        first = kept_by(order, np.arange(count), shape)
        if bare(first, groups) == 0:
            assert torch.equal(kept, first), "nothing moves that need not"


@QUICK
@given(layers(), st.floats(0.1, 0.9))
def test_a_part_of_a_layer_keeps_what_is_left_of_it_connected(layer, share):
    shape, groups, order = layer
    left = order[: max(1, round(share * len(order)))]
    connected = Layer.of(left, shape, groups)
    dead = bare(kept_by(order, np.arange(len(left)), shape), groups)
    assert connected.fewest() <= len(left)
    for count in range(connected.fewest(), len(left) + 1):
        kept = kept_by(left, connected.kept(count), shape)
        assert kept.sum() == count and bare(kept, groups) == dead


def test_as_many_of_the_first_weights_as_possible_stay():
    """Against all sets: none that connects the layer begins with more of the order."""
    shape = (3, 2, 2)
    for seed in range(20):
        order = np.random.default_rng(seed).permutation(12)
        for count in range(3, 9):
            sets = [
                chosen
                for chosen in itertools.combinations(range(12), count)
                if bare(kept_by(order, np.array(chosen), shape)) == 0
            ]
            longest = max(len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], enumerate(c)))) for c in sets)
            kept = Layer.of(order, shape, 1).kept(count)
            assert kept[:longest].tolist() == list(range(longest))


def test_a_tight_layer_has_no_favourite_channels():
    """At the least count each weight is kept equally often: a permutation matrix, uniform over its entries."""
    found = torch.zeros(4, 4)
    for seed in range(2_000):
        order = np.random.default_rng(seed).permutation(16)
        found += kept_by(order, Layer.of(order, (4, 4), 1).kept(4), (4, 4))
    assert (found / 2_000 - 0.25).abs().max() < 0.04


@QUICK
@given(st.lists(st.tuples(st.floats(0.1, 10), st.integers(1, 200)), min_size=1, max_size=8), st.data())
def test_allocation_with_a_least_is_exact_and_raises_no_more_than_it_must(problem, data):
    shares, capacities = zip(*problem, strict=True)
    least = [data.draw(st.integers(0, room)) for room in capacities]
    total = data.draw(st.integers(sum(least), sum(capacities)))
    counts = allocate_at_least(shares, capacities, least, total)
    assert sum(counts) == total
    assert all(low <= count <= room for low, count, room in zip(least, counts, capacities, strict=True))
    plain = allocate(shares, capacities, total)
    if all(count >= low for count, low in zip(plain, least, strict=True)):
        assert counts == plain
    assert allocate_at_least(shares, capacities, [0] * len(shares), total) == plain


@pytest.mark.parametrize("density", [0.01, 0.0064])
@pytest.mark.parametrize("method", RANDOM)
def test_every_unit_of_a_random_mask_has_a_weight(method, density):
    """Down to 434 weights of ResNet-20, which needs 424."""
    drawn = draw(method, resnet(SEEDS), images(SEEDS), SEEDS, density, {})
    assert kept_counts(drawn.mask) == [round(67_848 * density)] * 3
    assert sum(bare(kept[r]) for kept in drawn.mask.values() for r in range(3)) == 0
    assert all(int(kept[0].sum()) >= shortest(kept.shape[1:]) for kept in drawn.mask.values())


def test_no_class_is_cut_off():
    """Without the correction it is in 27.5 % of 1,000 seeds at density 0.01; seed 1 is one of them."""
    network, given, seeds = resnet([0]), images([0]), list(range(40))
    mask = {name: kept.expand(40, *kept.shape[1:]) for name, kept in network.everything().items()}
    groups = groups_to_connect(network, {})
    plain, connected = (
        draw_at_random("erk", mask, lambda shape: float(sum(shape)), 0.01, seeds, chosen) for chosen in (None, groups)
    )
    cut, none = ((~drawn.mask["head.weight"].any(2)).any(1) for drawn in (plain, connected))
    assert cut[1] and 0.1 < cut.float().mean() < 0.5
    assert not none.any()
    alone = draw("erk", network, given, [0], 0.01, {}).mask
    assert torch.equal(replicate(alone, 0), replicate(connected.mask, 0))


@pytest.mark.parametrize("method", RANDOM)
def test_the_correction_says_what_it_moved_and_raised(method):
    network, given = resnet(SEEDS), images(SEEDS)
    plain = draw(method, network, given, SEEDS, 0.01, {"flow_correction": False})
    drawn = draw(method, network, given, SEEDS, 0.01, {})
    assert plain.corrections is None
    moved = [int((replicate(drawn.mask, r) & ~replicate(plain.mask, r)).sum()) for r in range(3)]
    assert [correction.moved for correction in drawn.corrections] == moved
    assert all(0 < count < 200 for count in moved)
    raised = {}
    for name, kept in plain.mask.items():
        if (lacking := shortest(kept.shape[1:]) - int(kept[0].sum())) > 0:
            raised[name] = lacking
            assert int(drawn.mask[name][0].sum()) == shortest(kept.shape[1:])
    assert [correction.raised for correction in drawn.corrections] == [raised] * 3
    assert bool(raised) == (method != "erk")


@pytest.mark.parametrize("method", RANDOM)
def test_a_dense_enough_mask_is_not_corrected(method):
    network, given = resnet(SEEDS), images(SEEDS)
    plain, drawn = (draw(method, network, given, SEEDS, 0.5, chosen) for chosen in ({"flow_correction": False}, {}))
    assert [(correction.moved, correction.raised) for correction in drawn.corrections] == [(0, {})] * 3
    assert all(torch.equal(drawn.mask[name], kept) for name, kept in plain.mask.items())


def test_fewer_weights_than_units_are_refused_and_the_density_that_is_named_is_usable():
    network, given = resnet([0]), images([0])
    said = (
        r"^density 0\.006 is 407 weights, and seed 0 needs 424 for an input and an output of every unit; the smallest "
        r"usable density is 0\.00624926 \(or flow_correction: false\)$"
    )
    with pytest.raises(DensityError, match=said):
        draw("erk", network, given, [0], 0.006, {})
    assert kept_counts(draw("erk", network, given, [0], 0.00624926, {}).mask) == [424]
    assert kept_counts(draw("erk", network, given, [0], 0.006, {"flow_correction": False}).mask) == [407]


def test_the_units_of_a_depthwise_convolution_are_its_channels():
    network = build({"name": "mobilenetv2", "width": 8, "stem": "cifar"}, replicates=2, channels=3, classes=10)
    groups = groups_to_connect(network, {})
    depthwise = {name: kept for name, kept in network.everything().items() if groups[name] > 1}
    assert depthwise and all(kept.shape[1:3] == (groups[name], 1) for name, kept in depthwise.items())
    drawn = draw_at_random("m", network.everything(), lambda shape: float(sum(shape)), 0.06, [0, 1], groups)
    assert sum(bare(kept[r], groups[name]) for name, kept in drawn.mask.items() for r in range(2)) == 0


@pytest.mark.parametrize("method", RANDOM)
def test_a_random_prune_connects_what_is_left(method):
    """Of another criterion's mask, in which some units have no weight."""
    network, given = resnet(SEEDS), images(SEEDS)
    mask = draw("magnitude", network, given, SEEDS, 0.05, {}).mask
    under(network, mask)
    after = choose({"name": method}, network, mask, given, SEEDS, 0.02).mask
    for r in range(3):
        before_bare = sum(bare(kept[r]) for kept in mask.values())
        assert sum(bare(kept[r]) for kept in after.values()) == before_bare > 0
