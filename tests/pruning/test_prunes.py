"""The criteria as prunes: a part of what a mask keeps, scored on the masked network."""

from types import SimpleNamespace

import pytest
import torch
from pruning_cases import METHODS, WEIGHTS, images, loss, replicate, resnet, small, state, under
from torch import nn

from sculpt.core.kinds import CRITERIA, DATASETS
from sculpt.core.settings import values
from sculpt.models.stacked import Stack, StackedLinear
from sculpt.pruning import choice
from sculpt.pruning import mask as masks
from sculpt.pruning.choice import Drawn, choose
from sculpt.pruning.criteria import grasp, snip
from sculpt.pruning.mask import ScoreError, keep_highest, kept_counts
from sculpt.pruning.random_masks import draw_at_random
from sculpt.pruning.scoring import scoring_images

torch.set_num_threads(1)

SEEDS = [0, 1, 2]


def masked(network, density):
    """A mask that differs between the seeds, in its counts per layer too, and the network under it."""
    mask = keep_highest({name: torch.randn(kept.shape) for name, kept in network.everything().items()}, density)
    under(network, mask)
    return mask


def prune(method, network, mask, given, seeds, density):
    return choose({"name": method, **METHODS[method]}, network, mask, given, seeds, density)


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


@pytest.mark.parametrize("method", METHODS)
def test_a_prune_is_exact_within_the_mask_and_empties_no_layer(method):
    network, given = resnet(SEEDS), images(SEEDS)
    mask = masked(network, 0.3)
    before, kept_before = state(network), {name: kept.clone() for name, kept in mask.items()}
    for density in (0.1, 0.02):
        after = prune(method, network, mask, given, SEEDS, density).mask
        assert kept_counts(after) == [round(67_848 * density)] * 3
        assert not any((kept & ~mask[name]).any() for name, kept in after.items())
        assert min(int(kept.flatten(1).sum(1).min()) for kept in after.values()) >= 1
        assert {kept.dtype for kept in after.values()} == {torch.bool}
        assert {kept.device.type for kept in after.values()} == {"cpu"}
    assert all(torch.equal(mask[name], kept) for name, kept in kept_before.items())
    assert all(torch.equal(tensor, before[name]) for name, tensor in state(network).items())


@pytest.mark.parametrize("method", METHODS)
def test_a_prune_to_the_density_that_is_there_keeps_everything_and_one_above_is_refused(method):
    network, given = resnet([0, 1], width=4), images([0, 1])
    mask = masked(network, 0.2)
    same = prune(method, network, mask, given, [0, 1], 0.2).mask
    assert all(torch.equal(same[name], kept) for name, kept in mask.items())
    with pytest.raises(ScoreError, match=r"^density 0\.3 asks for 5118 weights, only 3412 are left$"):
        prune(method, network, mask, given, [0, 1], 0.3)


@pytest.mark.parametrize("method", METHODS)
def test_a_seeds_prune_is_the_same_in_a_stack_and_alone(method):
    together, given = resnet(SEEDS, 4, double=True), images(SEEDS, double=True)
    mask = masked(together, 0.3)
    found = prune(method, together, mask, given, SEEDS, 0.1).mask
    alone, part = resnet([1], 4, double=True), {name: kept[1:2] for name, kept in mask.items()}
    under(alone, part)
    expected = prune(method, alone, part, images([1], double=True), [1], 0.1).mask
    assert torch.equal(replicate(found, 1), replicate(expected, 0))


def test_a_criterion_that_keeps_what_is_pruned_already_is_refused(monkeypatch):
    network = resnet([0, 1], width=4)
    mask = masked(network, 0.2)
    others = draw_at_random("m", network.everything(), lambda shape: 1.0, 0.1, [0, 1], None).mask
    keeping = SimpleNamespace(load=lambda name: lambda *arguments: Drawn(others, passes=0))
    monkeypatch.setattr(choice, "CRITERIA", keeping)
    with pytest.raises(ScoreError, match=r"^fresh keeps weights of body\.conv\.weight that are pruned already$"):
        choose({"name": "fresh"}, network, mask, images([0, 1]), [0, 1], 0.1)


def test_magnitude_keeps_the_largest_of_what_is_left():
    network = resnet([0, 1], width=4)
    mask = masked(network, 0.3)
    after = prune("magnitude", network, mask, images([0, 1]), [0, 1], 0.1).mask
    weights = network.split(dict(network.prunable()))
    for r in range(2):
        size, kept = replicate(weights, r).abs(), replicate(after, r)
        lost = replicate(mask, r) & ~kept
        lowest = torch.stack([weights[name][r][after[name][r]].abs().min() for name in after])
        # All but the one weight of a layer that must not be empty.
        single = torch.tensor([int(after[name][r].sum()) == 1 for name in after])
        assert lowest[~single].min() > size[lost].max()


@pytest.fixture
def scored():
    """A masked stack of two, its mask, images and indices, and each replicate's plain tensors and batch."""
    network, given = small(2), images([0, 1], channels=2, size=6, classes=3, double=True)
    mask = masked(network, 0.5)
    index = scoring_images(given, [0, 1], 4)
    inside = given.pixels[:, 1:-1, 1:-1].permute(0, 3, 1, 2).double()
    plain = []
    for r in range(2):
        batch = inside[index[:, r]] / 64 - 2, given.labels[index[:, r], r]
        plain.append(({name: tensor[r] for name, tensor in network.checkpoint().items()}, batch))
    return network, mask, given, index, plain


def test_snip_scores_the_masked_network(scored):
    network, mask, given, index, plain = scored
    found = snip.scores(network, given, index)
    for r, (p, batch) in enumerate(plain):
        gates = {name: mask[name][r].double().requires_grad_() for name in WEIGHTS}
        total = loss(p | {name: p[name] * gate for name, gate in gates.items()}, *batch)
        for name, gradient in zip(WEIGHTS, torch.autograd.grad(total, list(gates.values())), strict=True):
            torch.testing.assert_close(found[name][r], gradient.abs(), rtol=1e-10, atol=1e-13)
            assert not found[name][r][~mask[name][r]].any()


def test_grasp_takes_the_gradient_of_the_kept_weights_alone(scored):
    """The Hessian-vector product of the masked network, as if the pruned weights were not there."""
    network, mask, given, index, plain = scored
    found = grasp.scores(network, mask, given, index)
    for r, (p, batch) in enumerate(plain):

        def total(*kept, p=p, batch=batch, r=r):
            whole = {
                name: torch.zeros_like(p[name]).masked_scatter(mask[name][r], values)
                for name, values in zip(WEIGHTS, kept, strict=True)
            }
            return loss(p | whole, *batch, temperature=grasp.TEMPERATURE)

        kept = tuple(p[name][mask[name][r]] for name in WEIGHTS)
        flow = torch.autograd.functional.jacobian(total, kept)
        _, product = torch.autograd.functional.hvp(total, kept, flow)
        for name, w, h in zip(WEIGHTS, kept, product, strict=True):
            assert (found[name][r][mask[name][r]] - w * h).abs().max() < 1e-10 * (w * h).abs().max()
            assert not found[name][r][~mask[name][r]].any()


def test_synflow_goes_on_in_rounds_from_the_density_that_is_there(monkeypatch):
    asked = []

    def keep(scores, density):
        asked.append(density)
        return keep_highest(scores, density)

    network = resnet([0, 1], width=4)
    mask = masked(network, 0.4)
    before = kept_counts(mask)[0] / 17_060
    monkeypatch.setattr(masks, "keep_highest", keep)
    synflow = {"name": "synflow", "rounds": 4}
    assert choose(synflow, network, mask, images([0, 1]), [0, 1], 0.1).passes == 4
    assert asked == pytest.approx([before * (0.1 / before) ** (k / 4) for k in (1, 2, 3, 4)], rel=1e-12)
    assert asked[-1] == 0.1


def test_synflow_sees_what_the_mask_cut_off():
    """Units without an input carry no flow, so what follows them goes first."""
    body = nn.Sequential(nn.Conv2d(1, 4, 1, bias=False), nn.Conv2d(4, 4, 1, bias=False))
    network = Stack(body, StackedLinear(1, 4, 3))
    network.load({name: torch.rand_like(tensor) + 0.5 for name, tensor in network.checkpoint().items()})
    mask = network.everything()
    mask["body.0.weight"][0, 2:] = False
    under(network, mask)
    after = choose({"name": "synflow", "rounds": 1}, network, mask, images([0], classes=3), [0], 18 / 32).mask
    assert after["body.1.weight"][0, :, :2].all() and not after["body.1.weight"][0, :, 2:].any()


def experiment(train, name="digits", **more):
    size = DATASETS.constant(name, "SIZE")
    return SimpleNamespace(
        data=DATASETS.settings(name)(name=name, train=train, validation=10, test=10, size=size, **more)
    )


@pytest.mark.parametrize("method", ["snip", "grasp"])
def test_more_scoring_images_than_the_split_has_are_a_fault(method):
    section = CRITERIA.settings(method)(name=method, samples_per_class=10)
    assert list(section.faults(experiment(100))) == []
    assert list(section.faults(experiment(99))) == [
        "samples_per_class: 10; allowed: at most 9, since data.train is 99 images of 10 classes"
    ]
    assert len(list(section.faults(experiment(999, "cifar100")))) == 1


def test_the_last_class_of_a_long_tail_has_enough_scoring_images():
    section = CRITERIA.settings("snip")(name="snip", samples_per_class=10)
    assert list(section.faults(experiment(1000, long_tail=0.1))) == []
    assert list(section.faults(experiment(1000, long_tail=0.09))) == [
        "samples_per_class: 10; allowed: at most 9, since data.train is 1000 images of 10 classes "
        "with a long tail of 0.09"
    ]


@pytest.mark.parametrize("method", METHODS)
def test_a_criterion_has_exactly_its_settings(method):
    given = {"name": method, **METHODS[method]}
    section = CRITERIA.settings(method)(**given)
    assert values(section) == given
    assert list(section.faults(experiment(1000))) == []
    for key in METHODS[method]:
        with pytest.raises(ValueError, match=key):
            CRITERIA.settings(method)(**given | {key: 0})
