"""Mask changes: what they keep, what they move, and what that depends on."""

import pytest
import torch

from sculpt.core.kinds import MASK_CHANGES
from sculpt.pruning import changing
from sculpt.pruning.changes import other_seed, shuffled
from sculpt.pruning.changing import ChangeError, changed


def masks(seeds):
    """Of a layer of ten weights seed s keeps s + 1, of one of two hundred 100 - s: 101 in all."""
    first, second = torch.zeros(len(seeds), 10, dtype=torch.bool), torch.zeros(len(seeds), 20, 10, dtype=torch.bool)
    for replicate, seed in enumerate(seeds):
        first[replicate, : seed + 1] = True
        second[replicate].view(-1)[: 100 - seed] = True
    return {"second": second, "first": first}


def counts(mask):
    return {name: kept.flatten(1).sum(1).tolist() for name, kept in mask.items()}


def test_shuffling_keeps_each_layers_count_and_moves_its_weights():
    mask = masks([0, 1, 2])
    found = changed({"name": "shuffled"}, mask, [0, 1, 2])
    assert counts(found) == counts(mask) == {"second": [100, 99, 98], "first": [1, 2, 3]}
    moved = (found["second"] != mask["second"]).float().flatten(1).mean(1)
    assert moved.tolist() == pytest.approx([0.5] * 3, abs=0.15), "half of a half-full layer, as chance has it"
    assert counts(mask) == counts(masks([0, 1, 2])), "the mask that was given is left as it was"


def test_a_seeds_shuffle_depends_on_the_seed_alone_and_not_on_the_order_of_the_layers():
    both, alone = (shuffled.change(masks(seeds), seeds) for seeds in ([0, 4], [4]))
    turned = shuffled.change(dict(reversed(masks([4]).items())), [4])
    for name, kept in alone.items():
        assert torch.equal(both[name][1], kept[0]) and torch.equal(turned[name], kept)
    one, other = (shuffled.change({"a": masks([0])["second"]}, [seed])["a"] for seed in (0, 1))
    assert not torch.equal(one, other)


def test_every_weight_of_a_layer_is_as_likely_to_be_kept():
    """One of four weights, over a thousand seeds: each place holds it 250 times, give or take 14."""
    seeds = list(range(1000))
    mask = torch.zeros(1000, 4, dtype=torch.bool)
    mask[:, 0] = True
    assert shuffled.change({"a": mask}, seeds)["a"].sum(0).tolist() == pytest.approx([250] * 4, abs=60)


def test_another_seeds_mask_is_that_of_the_next_replicate():
    mask = masks([0, 1, 2])
    found = other_seed.change(mask, [0, 1, 2])
    assert counts(found) == {"second": [99, 98, 100], "first": [2, 3, 1]}
    for name, kept in mask.items():
        assert all(torch.equal(found[name][taker], kept[giver]) for taker, giver in ((0, 1), (1, 2), (2, 0)))
    assert counts(changed({"name": "other_seed"}, mask, [0, 1, 2])) == counts(found)
    assert MASK_CHANGES.constant("other_seed", "ACROSS_SEEDS") is True


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda mask, seeds: {"first": mask["first"]}, "its tensors are not those of the mask"),
        (lambda mask, seeds: {name: kept.float() for name, kept in mask.items()}, "its tensors are not those"),
        (lambda mask, seeds: {name: kept | True for name, kept in mask.items()}, r"keeps \[210\] weights of its"),
    ],
)
def test_a_change_that_keeps_something_else_is_refused(monkeypatch, change, said):
    monkeypatch.setattr(changing.MASK_CHANGES.__class__, "load", lambda kind, name: change)
    with pytest.raises(ChangeError, match=f"^mask change odd: {said}"):
        changed({"name": "odd"}, masks([0]), [0])


def test_weights_moved_between_layers_are_refused(monkeypatch):
    def between(mask, seeds):
        found = {name: kept.clone() for name, kept in mask.items()}
        found["second"][0, 0, 0], found["first"][0, 9] = False, True
        return found

    monkeypatch.setattr(changing.MASK_CHANGES.__class__, "load", lambda kind, name: between)
    with pytest.raises(ChangeError, match="keeps other numbers of weights of second than the mask"):
        changed({"name": "odd"}, masks([0]), [0])
