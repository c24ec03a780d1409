"""Random masks without flow correction: counts, keys, and how they are spread."""

import math

import pytest
import torch

from sculpt.pruning.allocation import DensityError, allocate, kept_count
from sculpt.pruning.mask import ScoreError
from sculpt.pruning.random_masks import draw_at_random

torch.set_num_threads(1)

SHAPES = {"a": (4, 3, 3, 3), "b": (8, 4, 1, 1), "c": (5, 8)}
TOTAL = sum(math.prod(shape) for shape in SHAPES.values())


def full(seeds, shapes=SHAPES):
    return {name: torch.ones(len(seeds), *shape, dtype=torch.bool) for name, shape in shapes.items()}


def plain(criterion, mask, share, density, seeds):
    drawn = draw_at_random(criterion, mask, share, density, seeds, None)
    assert drawn.passes == 0 and drawn.corrections is None
    return drawn.mask


def flat(mask):
    return torch.cat([kept.flatten(1) for kept in mask.values()], 1)


def counts(mask):
    """Kept weights of each layer, (layers, R)."""
    return torch.stack([kept.flatten(1).sum(1) for kept in mask.values()])


@pytest.mark.parametrize("density", [0.5, 0.1, 0.02])
def test_random_masks_have_the_allocated_counts(density):
    mask = plain("m", full([0, 1, 2]), lambda shape: float(sum(shape)), density, [0, 1, 2])
    sizes = [math.prod(shape) for shape in SHAPES.values()]
    shares = [float(sum(shape)) for shape in SHAPES.values()]
    expected = allocate(shares, sizes, kept_count(TOTAL, density))
    assert counts(mask).T.tolist() == [expected] * 3
    assert all(kept.shape == (3, *SHAPES[name]) and kept.dtype == torch.bool for name, kept in mask.items())


def test_random_masks_are_keyed_by_seed_and_method_alone():
    def draw(method, seeds):
        return flat(plain(method, full(seeds), lambda shape: 1.0, 0.3, seeds))

    together = draw("m", [4, 5, 6])
    assert torch.equal(together[1], draw("m", [5])[0])
    assert torch.equal(together[1], draw("m", [5, 9])[0])
    assert not torch.equal(together[0], together[1])
    assert not torch.equal(together[0], draw("n", [4])[0])


def test_random_masks_are_uniform_within_a_layer():
    seeds = list(range(400))
    mask = plain("m", full(seeds, {"a": (5, 8)}), lambda shape: 1.0, 0.25, seeds)
    share = mask["a"].float().mean(0)
    assert (share - 0.25).abs().max() < 0.1
    assert share.mean() == pytest.approx(0.25)


def halves(seeds):
    """Masks that differ between the seeds in what they keep of each layer."""
    random = torch.Generator().manual_seed(8)
    shares = torch.rand(len(seeds), len(SHAPES), generator=random) / 2 + 0.3
    return {
        name: torch.rand(len(seeds), *shape, generator=random) < shares[:, i].reshape(-1, *[1] * len(shape))
        for i, (name, shape) in enumerate(SHAPES.items())
    }


def test_a_random_prune_allocates_within_what_each_replicate_has():
    seeds = [0, 1, 2]
    mask = halves(seeds)
    before = counts(mask).T.tolist()
    assert before[0] != before[1] != before[2]
    after = plain("m", mask, lambda shape: float(sum(shape)), 0.2, seeds)
    shares = [float(sum(shape)) for shape in SHAPES.values()]
    expected = [allocate(shares, capacities, kept_count(TOTAL, 0.2)) for capacities in before]
    assert counts(after).T.tolist() == expected
    assert not (flat(after) & ~flat(mask)).any()


def test_a_random_prune_of_a_random_mask_is_uniform_among_what_is_left():
    seeds = list(range(600))
    first = plain("m", full(seeds, {"a": (5, 8)}), lambda shape: 1.0, 0.5, seeds)
    fixed = {"a": first["a"][:1].repeat(len(seeds), 1, 1)}
    share = plain("n", fixed, lambda shape: 1.0, 0.2, seeds)["a"].float().mean(0)
    assert not share[~first["a"][0]].any()
    assert (share[first["a"][0]] - 0.4).abs().max() < 0.1


def test_a_random_prune_leaves_an_empty_layer_empty_and_refuses_what_is_not_left():
    mask = full([0, 1])
    mask["b"][1] = False
    after = plain("m", mask, lambda shape: 1.0, 0.1, [0, 1])
    assert counts(after).T.tolist() == [[6, 6, 6], [9, 0, 9]]
    with pytest.raises(ScoreError, match=r"density 0\.9 asks for 162 weights, only 148 are left"):
        plain("m", mask, lambda shape: 1.0, 0.9, [0, 1])


def test_masks_of_one_seed_at_two_densities_lie_within_each_other():
    """The numbers of each layer grow here, and its weights have one order at every density."""
    seeds = [0, 1]
    sparse, dense = (plain("m", full(seeds), lambda shape: 1.0, density, seeds) for density in (0.1, 0.4))
    assert (counts(sparse) <= counts(dense)).all()
    assert not (flat(sparse) & ~flat(dense)).any()


def test_fewer_weights_than_layers_are_refused():
    with pytest.raises(DensityError, match="fewer than the network's 3 layers"):
        plain("m", full([0]), lambda shape: 1.0, 1e-9, [0])
