"""Masks from scores: exact counts, ties, pruned entries, and what is refused."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sculpt.core.tensors import read_mask, write_tensors
from sculpt.pruning.allocation import DensityError, kept_count
from sculpt.pruning.mask import ScoreError, densities, keep_highest, within

torch.set_num_threads(1)

SHAPES = {"a": (4, 3, 3, 3), "b": (8, 4, 1, 1), "c": (5, 8)}
TOTAL = sum(math.prod(shape) for shape in SHAPES.values())
QUICK = settings(deadline=None, derandomize=True, max_examples=150)


def scores(replicates=2, seed=0, shapes=SHAPES):
    random = torch.Generator().manual_seed(seed)
    return {name: torch.rand(replicates, *shape, generator=random) for name, shape in shapes.items()}


def flat(tensors):
    return torch.cat([tensor.flatten(1) for tensor in tensors.values()], 1)


def prune(weights, mask, density):
    """A magnitude prune."""
    return keep_highest(within(mask, {name: weight.abs() for name, weight in weights.items()}), density)


def counts(mask):
    """Kept weights of each layer, (layers, R)."""
    return torch.stack([kept.flatten(1).sum(1) for kept in mask.values()])


@pytest.mark.parametrize("density", [1.0, 0.5, 0.333, 0.1, 0.03])
def test_count_is_exact_in_each_replicate(density):
    mask = keep_highest(scores(3), density)
    assert flat(mask).sum(1).tolist() == [round(TOTAL * density)] * 3
    assert all(kept.dtype == torch.bool and kept.shape == (3, *SHAPES[name]) for name, kept in mask.items())
    assert densities(mask) == pytest.approx([round(TOTAL * density) / TOTAL] * 3, rel=1e-6)


@pytest.mark.parametrize("density", [0.5, 0.1])
def test_equals_topk_where_no_layer_would_be_empty(density):
    scored = scores(3)
    mask = keep_highest(scored, density)
    keep = round(TOTAL * density)
    expected = torch.zeros(3, TOTAL, dtype=torch.bool).scatter_(1, flat(scored).topk(keep, 1).indices, True)
    assert torch.equal(flat(mask), expected)


def test_scores_may_be_negative():
    """GraSP's are: the highest are kept, not the greatest in magnitude."""
    scored = {"a": torch.tensor([[-5.0, 1.0, -1.0, 0.5]]), "b": torch.tensor([[-3.0, -2.0]])}
    mask = keep_highest(scored, 0.5)
    assert mask["a"].tolist() == [[False, True, False, True]]
    assert mask["b"].tolist() == [[False, True]], "the best weight of its layer, whatever its rank"


def test_ties_go_to_the_first_weight_in_layer_order():
    scored = {"a": torch.ones(2, 4), "b": torch.ones(2, 2, 2)}
    mask = keep_highest(scored, 0.5)
    # One for each layer (its first), and then the first ones.
    assert mask["a"].tolist() == [[True, True, True, False]] * 2
    assert mask["b"].tolist() == [[[True, False], [False, False]]] * 2
    large = {"a": torch.zeros(1, 20_000), "b": torch.zeros(1, 100)}
    assert keep_highest(large, 0.5)["a"].flatten().nonzero().flatten().tolist() == list(range(10_049))


def test_pruned_entries_are_never_kept():
    scored = scores()
    pruned = {name: torch.rand_like(score) < 0.7 for name, score in scored.items()}
    ranked = {name: torch.where(pruned[name], -torch.inf, score) for name, score in scored.items()}
    left = int((~flat(pruned)).sum(1).min())
    mask = keep_highest(ranked, left / TOTAL)
    assert flat(mask).sum(1).tolist() == [left, left]
    assert not (flat(mask) & flat(pruned)).any()


def test_pruned_entries_rank_below_zero_and_negative_scores():
    scored = {"a": torch.tensor([[-torch.inf, -7.0, -torch.inf, 0.0]])}
    assert keep_highest(scored, 0.5)["a"].tolist() == [[False, True, False, True]]


def test_no_layer_is_emptied():
    scored = scores()
    scored["b"] *= 1e-9
    # Replicate 1 has another best weight than replicate 0.
    scored["b"][0, 3, 1], scored["b"][1, 6, 2] = 2e-9, 3e-9
    mask = keep_highest(scored, 0.05)
    assert flat(mask).sum(1).tolist() == [round(0.05 * TOTAL)] * 2
    assert counts(mask)[1].tolist() == [1, 1]
    assert mask["b"][0, 3, 1] and mask["b"][1, 6, 2], "it is the best weight of the layer that stays"


def test_a_layer_that_is_empty_already_stays_empty():
    scored = scores()
    scored["b"] = torch.full_like(scored["b"], -torch.inf)
    mask = keep_highest(scored, 0.1)
    assert counts(mask)[1].tolist() == [0, 0]
    assert flat(mask).sum(1).tolist() == [round(0.1 * TOTAL)] * 2


def test_replicates_do_not_see_each_other():
    scored = scores(3)
    scored["a"][1] *= 100  # a threshold shared by the replicates would give this one more weights
    together = keep_highest(scored, 0.2)
    for replicate in range(3):
        alone = keep_highest({name: score[replicate : replicate + 1] for name, score in scored.items()}, 0.2)
        assert all(torch.equal(together[name][replicate], alone[name][0]) for name in SHAPES)


def test_scores_are_left_alone():
    scored = scores()
    before = flat(scored).clone()
    keep_highest(scored, 0.2)
    assert torch.equal(flat(scored), before)


def test_fewer_weights_than_layers_are_refused_and_the_density_that_is_named_is_usable():
    said = r"^density 1e-09 is 1\.8e-07 of 180 weights, fewer than the network's 3 layers; .* density is (0\.01667)$"
    with pytest.raises(DensityError, match=said):
        keep_highest(scores(), 1e-9)
    assert counts(keep_highest(scores(), 0.01667)).tolist() == [[1, 1]] * 3


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_scores_that_cannot_be_ranked_are_refused(value):
    scored = scores()
    scored["b"][1, 0, 0] = value
    with pytest.raises(ScoreError, match="not finite"):
        keep_highest(scored, 0.5)


def test_too_few_left_is_refused_for_the_poorest_replicate():
    scored = scores()
    for score in scored.values():
        score[1].flatten()[5:] = -torch.inf
    assert flat(keep_highest(scored, 15 / TOTAL)).sum(1).tolist() == [15, 15]
    with pytest.raises(ScoreError, match="asks for 16 weights, only 15 are left"):
        keep_highest(scored, 16 / TOTAL)


@QUICK
@given(st.integers(0, 10_000), st.lists(st.floats(0.05, 1.0), min_size=1, max_size=4), st.booleans())
def test_prunes_are_exact_nested_and_empty_no_layer(seed, steps, ties):
    """A ladder of magnitude prunes from trained-like weights, down to a weight for each of three layers."""
    random = torch.Generator().manual_seed(seed)
    weights = {name: torch.randn(2, *shape, generator=random) for name, shape in SHAPES.items()}
    if ties:
        weights = {name: (2 * weight).round() for name, weight in weights.items()}
    mask = {name: torch.ones_like(weight, dtype=torch.bool) for name, weight in weights.items()}
    density = 1.0
    for step in steps:
        density *= step
        if kept_count(TOTAL, density) < len(SHAPES):
            with pytest.raises(DensityError):
                prune(weights, mask, density)
            return
        after = prune(weights, mask, density)
        assert flat(after).sum(1).tolist() == [kept_count(TOTAL, density)] * 2
        assert not (flat(after) & ~flat(mask)).any()
        assert (counts(after) >= 1).all()
        mask = after


def test_magnitude_prune_keeps_the_largest_of_what_is_left():
    """Weights that are pruned already may be large (those of a dense network are): they stay pruned."""
    weights = {"a": torch.tensor([[9.0, -3.0, 1.0, -8.0, 0.0, 2.0]]), "b": torch.tensor([[-7.0, 0.5, 6.0]])}
    mask = {"a": torch.tensor([[False, True, True, False, True, True]]), "b": torch.tensor([[True, True, False]])}
    after = prune(weights, mask, 3 / 9)
    assert after["a"].tolist() == [[False, True, False, False, False, True]]
    assert after["b"].tolist() == [[True, False, False]]
    # A kept weight of zero counts as left, a pruned one does not.
    assert flat(prune(weights, mask, 6 / 9)).sum() == 6
    with pytest.raises(ScoreError, match="only 6 are left"):
        prune(weights, mask, 7 / 9)


def test_magnitude_prune_refuses_weights_that_are_not_finite():
    weights = scores()
    weights["c"][0, 0, 0] = torch.nan
    mask = {name: torch.ones_like(weight, dtype=torch.bool) for name, weight in weights.items()}
    with pytest.raises(ScoreError, match="not finite"):
        prune(weights, mask, 0.5)


@pytest.mark.parametrize("replicates", [1, 3])
def test_masks_can_be_written_and_read_back(tmp_path, replicates):
    """With one replicate the layers of a mask are views of one tensor, which safetensors may refuse."""
    mask = keep_highest(scores(replicates), 0.2)
    write_tensors(tmp_path / "mask", mask)
    restored = read_mask(tmp_path / "mask", scores(replicates))
    assert all(torch.equal(restored[name], kept) for name, kept in mask.items())
