"""Where a node begins: its prune, the transform of its weights, and how good it is right after the prune."""

import pytest
import torch
from safetensors.torch import save
from small_nodes import N, data, empty_network, full, initial, kept_shares, largest, prune_to, run, same, sparse
from torch.nn.functional import cross_entropy

from sculpt.pruning.mask import ScoreError
from sculpt.training.transforms import shuffle_signs


def test_pruning_is_exact_and_within_the_mask_before():
    seeds = (0, 1)
    first = run(mask=full(seeds))
    mask = first.mask
    for density in (0.5, 0.2, 0.05):
        trained = run(weights=first.weights, scored=first.weights, mask=mask, **prune_to(density))
        total = sum(kept[0].numel() for kept in mask.values())
        assert kept_shares(trained.mask) == [round(density * total) / total] * 2
        assert [record["density"] for record in trained.records] == pytest.approx(kept_shares(trained.mask), rel=1e-6)
        for name, kept in trained.mask.items():
            assert not (kept & ~mask[name]).any()
            assert not trained.weights[name][~kept].any()
        first, mask = trained, trained.mask


def test_the_mask_comes_from_the_scored_weights_and_training_from_the_weights():
    """IMP: the magnitudes are those of the trained network, and training starts from the initial one."""
    seeds = (0, 1)
    images = data(seeds)
    start, end = initial(seeds, images), run(mask=full(seeds)).weights
    imp = run(weights=start, scored=end, mask=full(seeds), **prune_to(0.3))
    expected = largest(end, full(seeds), 0.3)
    assert same(imp.mask, expected)
    assert not same(expected, largest(start, full(seeds), 0.3))
    assert same(imp.weights, run(weights=start, mask=expected).weights)


def test_a_prune_that_cannot_be_made_is_refused():
    seeds = (0, 1)
    with pytest.raises(ScoreError, match="are left"):
        run(mask=sparse(seeds, 0.3), scored=initial(seeds, data(seeds)), **prune_to(0.4))


def test_scores_are_those_of_the_masked_network():
    """What lies outside the mask has no part in a prune, be it as large as it likes."""
    seeds = (0, 1)
    scored, mask = initial(seeds, data(seeds)), sparse(seeds, 0.4)
    other = {name: torch.where(mask[name], w, w + 5) if name in mask else w for name, w in scored.items()}
    for criterion in (
        {"name": "magnitude"},
        {"name": "snip", "samples_per_class": 2},
        {"name": "synflow", "rounds": 3},
    ):
        found = [run(scored=given, mask=mask, **prune_to(0.1, **criterion)).mask for given in (scored, other)]
        assert same(*found), criterion


def test_a_transform_changes_the_weights_that_the_new_mask_keeps():
    """After the prune, before the first step: as if the transformed weights were given."""
    seeds, transform = (0, 1), {"name": "shuffle_signs"}
    start = initial(seeds, data(seeds))
    found = run(weights=start, scored=start, mask=full(seeds), transform=transform, **prune_to(0.1))
    plain = run(weights=start, scored=start, mask=full(seeds), **prune_to(0.1))
    assert same(found.mask, plain.mask)
    weights = shuffle_signs.transform(start, found.mask, list(seeds), transform)
    assert save(found.weights) == save(run(weights=weights, mask=found.mask).weights)
    assert not same(found.weights, plain.weights)


def test_looking_just_after_the_prune_leaves_no_trace():
    """A pruned node is trained as a node that is given its mask, batch-norm state as carried."""
    seeds = (0, 1)
    dense = run(mask=full(seeds))
    pruned = run(weights=dense.weights, scored=dense.weights, mask=full(seeds), **prune_to(0.1))
    given = run(weights=dense.weights, mask=pruned.mask)
    assert save(pruned.weights) == save(given.weights)
    assert pruned.history == given.history
    assert all("after_prune" in record for record in pruned.records)
    assert all("after_prune" not in record for record in given.records)
    assert [{k: v for k, v in record.items() if k != "after_prune"} for record in pruned.records] == given.records


def test_just_after_the_prune_with_carried_and_with_estimated_statistics():
    seeds = (0, 1)
    dense = run(mask=full(seeds), epochs=4)
    pruned = run(weights=dense.weights, scored=dense.weights, mask=full(seeds), **prune_to(0.1))
    images, validation = data(seeds), data(seeds, 12, 0, key=1)
    network = empty_network(seeds, images)
    masked = {n: w * pruned.mask[n] if n in pruned.mask else w for n, w in dense.weights.items()}
    network.load(masked)
    everything = torch.arange(N)

    def measured():
        with torch.no_grad():
            x, labels = validation.plain(torch.arange(12), 2)
            logits = network.eval()(x)
        hits = (logits.argmax(2) == labels).double().mean(1) * 100
        losses = [cross_entropy(logits[r], labels[r]).item() for r in range(2)]
        return [
            {"accuracy": pytest.approx(hits[r].item()), "loss": pytest.approx(losses[r], rel=1e-5)} for r in range(2)
        ]

    carried = measured()
    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = 1.0  # one batch of all training images: its statistics take the place of the carried ones
    with torch.no_grad():
        network.train()(images.plain(everything, 2)[0])
    estimated = measured()
    for r, record in enumerate(pruned.records):
        assert record["after_prune"] == {"carried": carried[r], "reestimated": estimated[r]}
        assert record["after_prune"]["carried"] != record["after_prune"]["reestimated"]
