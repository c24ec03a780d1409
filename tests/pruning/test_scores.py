"""Each score against its definition, worked out another way."""

from dataclasses import replace

import pytest
import torch
from pruning_cases import (
    CLASSES,
    SEEDS,
    WEIGHTS,
    draw,
    grasp_scores,
    images,
    loss,
    replicate,
    resnet,
    small,
    synflow_scores,
)

from sculpt.pruning import scoring
from sculpt.pruning.criteria import snip
from sculpt.pruning.mask import ScoreError, keep_highest
from sculpt.pruning.scoring import scoring_images

torch.set_num_threads(1)


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
    found = grasp_scores(network, given, index)
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
    scores = {"snip": snip.scores, "grasp": grasp_scores}[method]
    network, given = small(2), images([0, 1], channels=2, size=6, classes=3, double=True)
    mask = draw(method, network, given, [0, 1], 0.2, {"samples_per_class": 4}).mask
    expected = keep_highest(scores(network, given, scoring_images(given, [0, 1], 4)), 0.2)
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


@pytest.mark.parametrize("scores", [snip.scores, grasp_scores, synflow_scores], ids=["snip", "grasp", "synflow"])
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
