"""Rules between epochs: which weights they drop and grow, when, and that training goes on from what they leave."""

import json
from functools import cache
from itertools import pairwise

import pytest
import torch
from safetensors.torch import save
from small_nodes import (
    BATCH,
    N,
    data,
    empty_network,
    epoch_draws,
    full,
    initial,
    kept_shares,
    run,
    same,
    settings,
    sparse,
)

from sculpt.core import costs as cost
from sculpt.core.engines import same_everywhere
from sculpt.core.kinds import BETWEEN
from sculpt.pruning.allocation import DensityError, kept_count
from sculpt.training import moving, resume
from sculpt.training.between import acdc
from sculpt.training.between.rigl import dense_gradient
from sculpt.training.engine import started
from sculpt.training.moving import Changed, MovingError, When, moved
from sculpt.training.records import TrainingError
from sculpt.training.rewiring import drop_share, rewired

EPOCHS = 8
KERNELS = {"profile": {"device": "cpu", "precision": "float32", "engine": "kernels"}}
FLOAT64 = {"profile": {"device": "cpu", "precision": "float64"}}
ENGINES = [{}, KERNELS]
RULES = {
    "set": {"name": "set", "drop": 0.3, "until": 0.75},
    "rigl": {"name": "rigl", "drop": 0.3, "until": 0.75, "samples": 12},
    "gmp": {"name": "gmp", "until": 0.75},
    "acdc": {"name": "acdc", "until": 0.75, "warm_up": 1, "phase": 1},
}


def dynamic(rule, density=0.3, seeds=(0, 1), **other):
    """A node whose mask the rule moves."""
    mask = sparse(seeds, density) if BETWEEN.constant(rule, "MOVES") == "rewires" else full(seeds)
    return run(seeds, mask=mask, epochs=EPOCHS, between=RULES[rule], density=density, **other)


@cache
def stepwise(rule, density=0.3, kernels=False):
    """The mask of each epoch of such a node, and what it leaves."""
    masks, kept = [], moving.moved

    def note(given, network, mask, images, done):
        masks.append(mask)
        return kept(given, network, mask, images, done)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sculpt.training.node.moved", note)
        trained = dynamic(rule, density, **ENGINES[kernels])
    return [*masks, trained.mask], trained


def counts(mask):
    return {name: kept.flatten(1).sum(1).tolist() for name, kept in mask.items()}


def total(mask):
    return sum(kept.flatten(1).sum(1) for kept in mask.values()).tolist()


@pytest.mark.parametrize("kernels", [False, True], ids=["torch", "kernels"])
@pytest.mark.parametrize("rule", RULES)
def test_a_node_ends_at_its_density_and_has_the_last_mask(rule, kernels):
    masks, trained = stepwise(rule, kernels=kernels)
    size = sum(kept[0].numel() for kept in trained.mask.values())
    assert total(trained.mask) == [kept_count(size, 0.3)] * 2
    assert [record["density"] for record in trained.records] == pytest.approx(kept_shares(trained.mask))
    for name, kept in trained.mask.items():
        assert not trained.weights[name][~kept].any()
    assert not same(masks[0], trained.mask)
    assert same(masks[6], trained.mask)  # nothing moves after three quarters of the epochs


@pytest.mark.parametrize("rule", ["set", "rigl"])
def test_rewiring_keeps_each_layer_s_number_of_weights_and_brings_weights_back(rule):
    masks, _ = stepwise(rule)
    assert all(counts(mask) == counts(masks[0]) for mask in masks)
    assert all(not same(before, after) for before, after in pairwise(masks[:6]))
    assert any((masks[-1][name] & ~masks[0][name]).any() for name in masks[0])


def test_gradual_pruning_is_nested_and_follows_the_cube():
    masks, _ = stepwise("gmp")
    for before, after in pairwise(masks):
        assert not any((after[name] & ~before[name]).any() for name in before)
    size = sum(kept[0].numel() for kept in masks[0].values())
    wanted = [kept_count(size, 0.3 + 0.7 * (1 - min(t, 6) / 6) ** 3) for t in range(EPOCHS)]
    assert [total(mask)[0] for mask in masks] == wanted


def test_alternating_phases_end_compressed():
    masks, _ = stepwise("acdc")
    dense = [total(mask)[0] == sum(kept[0].numel() for kept in mask.values()) for mask in masks]
    assert dense == [True, False, True, False, True, False, False, False]


def test_the_authors_phases():
    """Those of their ResNet-20 on CIFAR-10, and a tenth of them."""
    given = {"until": 0.85, "warm_up": 10, "phase": 20}
    assert acdc.compressions(200, given) == [10, 50, 90, 130, 170]
    assert acdc.compressions(20, given | {"warm_up": 1, "phase": 2}) == [1, 5, 9, 13, 17]
    assert acdc.compressions(4, {"until": 1.0, "warm_up": 1, "phase": 1}) == [1, 3]
    assert acdc.too_short(4, given) and not acdc.too_short(20, given)


def test_the_share_that_is_dropped_falls_with_a_cosine():
    shares = [drop_share(0.3, 0.75, When(done, 8, done)) for done in range(8)]
    assert shares[0] == 0.3 and shares[3] == pytest.approx(0.15) and shares[6:] == [0.0, 0.0]
    assert shares[2] == pytest.approx(0.3 * 0.75)


def test_a_density_that_the_network_cannot_have_is_refused_before_training():
    """Not when the rule first asks for it, which may be hours later."""
    told = []
    with pytest.raises(DensityError):
        run(
            (0,),
            mask=full((0,)),
            between=RULES["gmp"],
            epochs=EPOCHS,
            density=1e-6,
            progress=lambda *done: told.append(done),
        )
    assert not told


def test_drop_and_grow_are_those_of_a_literal_implementation():
    """The paper's algorithm, weight by weight: a layer of 2 x 3 and one of 1 x 2 x 2 x 1 stand for a network."""
    random = torch.Generator().manual_seed(5)
    shapes = {"a": (2, 40, 5), "b": (2, 9, 3, 3)}
    weights = {name: torch.randn(shape, generator=random).mul_(4).round_().div_(4) for name, shape in shapes.items()}
    mask = {name: torch.rand(shape, generator=random) < 0.4 for name, shape in shapes.items()}
    weights = {name: weight * mask[name] for name, weight in weights.items()}
    gradient = {name: torch.randn(shape, generator=random).mul_(3).round_().abs() for name, shape in shapes.items()}
    share = 0.27
    found = rewired(_Weights(weights), mask, gradient, share)
    regrown = 0
    for name in shapes:
        for r in range(2):
            w, m, g = (tensors[name][r].flatten().tolist() for tensors in (weights, mask, gradient))
            active = [i for i in range(len(m)) if m[i]]
            k = int(share * len(active))
            drop = sorted(active, key=lambda i: (abs(w[i]), -i))[:k]
            stays = [i for i in active if i not in drop]
            grow = sorted((i for i in range(len(m)) if i not in stays), key=lambda i: (-g[i], i))[:k]
            regrown += len({*drop} & {*grow})
            assert found[name][r].flatten().nonzero()[:, 0].tolist() == sorted([*stays, *grow])
            assert k >= 5 and not {*stays} & {*grow}
    assert regrown  # what was just dropped may come back


class _Weights:
    """Of a network, what `rewired` reads."""

    def __init__(self, weights):
        self.weights = weights

    def prunable(self):
        return self.weights

    def split(self, tensors):
        return tensors


def test_the_dense_gradient_is_that_of_the_loss_for_cut_weights_too():
    """Against differences of the loss, in float64, with the statistics of the batch."""
    seeds, images = (0, 1), data((0, 1), shift=0)
    network = empty_network(seeds, images)
    mask = sparse(seeds)
    network.load({name: w * mask[name] if name in mask else w for name, w in initial(seeds, images).items()})
    before = network.checkpoint()
    random = torch.Generator().manual_seed(1)
    index = torch.stack([torch.randperm(N, generator=random)[:12] for _ in seeds], 1)
    found = dense_gradient(network, images, index)
    assert same(network.checkpoint(), before) and all(g.dtype == torch.float64 for g in found.values())
    double = network.double()
    x, labels = images.centred(index)

    def loss(r):
        with torch.no_grad(), double.batch_statistics():
            return torch.nn.functional.cross_entropy(double(x.double())[r], labels[r]).item()

    pruned = [name for name, kept in mask.items() if not kept[1].all()]
    for name in (pruned[0], pruned[-1]):
        place = (~mask[name][1]).nonzero()[0]
        weight = network.split(dict(double.prunable()))[name][1]
        step = 1e-6  # few ReLUs change sides
        with torch.no_grad():
            weight[tuple(place)] += step
            up = loss(1)
            weight[tuple(place)] -= 2 * step
            down = loss(1)
            weight[tuple(place)] += step
        assert found[name][1][tuple(place)].item() == pytest.approx((up - down) / (2 * step), rel=1e-4, abs=1e-7)


@pytest.mark.parametrize("rule", ["rigl", "acdc"])
def test_both_engines_move_equal_weights_alike(rule):
    """At a rate of zero nothing is trained, so both engines hold the same weights."""
    ours, theirs = (dynamic(rule, learning_rate=0.0, **engine) for engine in ENGINES)
    assert same(ours.mask, theirs.mask)
    assert all(torch.equal(ours.weights[name], theirs.weights[name]) for name in ours.mask)
    assert [record["train_flops"] for record in ours.records] == [record["train_flops"] for record in theirs.records]


@pytest.mark.parametrize(("rule", "kernels"), [("set", False), ("rigl", True)])
def test_a_seed_does_not_depend_on_the_others(rule, kernels):
    _, block = stepwise(rule, kernels=kernels)
    alone = dynamic(rule, seeds=(1,), **ENGINES[kernels])
    assert all(torch.equal(alone.mask[name][0], kept[1]) for name, kept in block.mask.items())
    assert not any(torch.equal(kept[0], kept[1]) for kept in block.mask.values() if not kept[0].all())


@pytest.mark.parametrize(
    ("rule", "engine", "epoch"),
    [("set", {}, 1), ("acdc", FLOAT64, 3), ("rigl", KERNELS, 2), ("acdc", KERNELS, 4), ("gmp", KERNELS, 7)],
)
def test_a_node_that_was_cut_off_goes_on_with_the_moved_mask(tmp_path, monkeypatch, rule, engine, epoch):
    class Cut(Exception):
        pass

    def cut(done, last, loss):
        if done == epoch:
            raise Cut

    monkeypatch.setattr(resume, "SECONDS", 0.0)

    def kept():
        return resume.EpochCheckpoints(tmp_path / "a.log", "key", lambda line: None)

    with pytest.raises(Cut):
        dynamic(rule, progress=cut, checkpoints=kept(), **engine)
    again = dynamic(rule, checkpoints=kept(), **engine)
    whole = dynamic(rule, **engine) if engine is FLOAT64 else stepwise(rule, kernels=engine is KERNELS)[1]
    assert save(again.weights) == save(whole.weights) and same(again.mask, whole.mask)
    assert json.dumps([again.history, again.records]) == json.dumps([whole.history, whole.records])


@pytest.mark.parametrize("engine", ENGINES, ids=["torch", "kernels"])
@pytest.mark.parametrize("at_rest", [False, True])
def test_what_stays_keeps_its_momentum_and_what_is_new_has_none(engine, at_rest):
    seeds, images = (0, 1), data((0, 1))
    given = settings(seeds, between=RULES["set"], **engine)
    network, mask, other = empty_network(seeds, images), sparse(seeds), sparse((4, 5))
    start = initial(seeds, images)
    network.load({name: w * mask[name] if name in mask else w for name, w in start.items()})
    engine = started(given, network)
    engine.take(mask)
    engine.train(images, epoch_draws(images, list(seeds), 0, BATCH, True), [0.1] * 3)
    engine.give()
    weights, before = network.checkpoint(), _momentum(engine, network)
    engine.change(other, None, at_rest)
    engine.give()
    after, moving = network.checkpoint(), _momentum(engine, network)
    for name, tensor in weights.items():
        if "running" in name:
            assert torch.equal(after[name], tensor)
            continue
        stays = mask[name] & other[name] if name in mask else torch.ones_like(tensor, dtype=torch.bool)
        assert torch.equal(after[name], tensor * stays)
        assert torch.equal(moving[name], torch.zeros_like(tensor) if at_rest else before[name] * stays)
        assert before[name][stays].any()
        if name in mask and not mask[name].all():
            assert (other[name] & ~mask[name]).any()


def _momentum(engine, network):
    """(R, ...) by the name of the parameter, as the engine would go on with it."""
    kept = dict(zip(dict(network.named_parameters()), engine.kept(), strict=True))
    replicated = {name: tensor.clone() for name, tensor in kept.items()}
    first = next(iter(kept.values()))
    if len(first) != network.replicates:
        return {name: tensor.clone() for name, tensor in network.split(replicated).items()}
    return replicated


@pytest.mark.parametrize("engine", ENGINES, ids=["torch", "kernels"])
def test_weights_that_a_rule_returns_are_taken_and_cut(monkeypatch, engine):
    """As of one that flips signs: the first of two epochs ends with all prunable weights negated."""

    def negated(given, network, mask, images, done):
        return Changed(mask, {name: -t if name in mask else t for name, t in network.checkpoint().items()})

    monkeypatch.setattr("sculpt.training.node.moved", negated)
    start = initial((0, 1), data((0, 1)))
    found = run(epochs=2, learning_rate=0.0, between=RULES["set"], **engine)
    for name, kept in found.mask.items():
        assert torch.equal(found.weights[name], -start[name] * kept)


def test_flops_are_summed_over_the_masks_of_the_epochs():
    """Gradual pruning: each epoch costs what its mask costs; RigL: as a fixed mask, and its gradients beside."""
    masks, trained = stepwise("gmp")
    positions = empty_network((0, 1), data((0, 1))).positions(data((0, 1)).shape)
    by_epoch = [cost.forward_flops(mask, positions) for mask in masks]
    assert len(by_epoch) == EPOCHS
    for r, record in enumerate(trained.records):
        assert record["train_flops"] == sum(3 * N * forward[r] for forward in by_epoch)
        assert record["train_flops_dense"] == 3 * N * EPOCHS * cost.dense_forward_flops(masks[0], positions)
    masks, trained = stepwise("rigl")
    dense = cost.dense_forward_flops(masks[0], positions)
    updates = 5  # the cosine reaches zero at the end of the sixth epoch
    for r, record in enumerate(trained.records):
        forward = [cost.forward_flops(mask, positions)[r] for mask in masks]
        gradients = sum((2 * forward[t] + dense) * 12 for t in range(updates))
        assert record["train_flops"] == 3 * N * sum(forward) + gradients
        assert record["train_flops_dense"] == 3 * dense * (N * EPOCHS + 12 * updates)


@pytest.mark.parametrize("way", [None, "rewires", "thins"])
def test_a_rule_is_held_to_what_it_promises(monkeypatch, way):
    """A rule that brings one weight back, and cuts none."""

    def grows(network, mask, images, seeds, when, density, settings):
        return Changed({name: torch.ones_like(kept) for name, kept in mask.items()})

    class Rule:
        load = staticmethod(lambda name: grows)
        constant = staticmethod(lambda name, constant: way)

    given, mask = settings((0, 1), between={"name": "mine"}), sparse((0, 1))
    monkeypatch.setattr(moving, "BETWEEN", Rule)
    with pytest.raises(MovingError, match=r"^mine "):
        moved(given, None, mask, None, 1)


def test_a_mask_that_does_not_end_at_its_density_is_refused():
    """AC/DC that is never compressed; `sculpt params check` refuses it before."""
    with pytest.raises(MovingError, match=r"density 0[.]3 is"):
        run(mask=full((0, 1)), epochs=2, between={**RULES["acdc"], "warm_up": 5}, density=0.3)


def test_only_rules_that_compute_no_sum_are_the_same_on_every_processor():
    """RigL's gradient is computed by torch, whose sums depend on the processor in their last bits."""
    exact = [name for name in RULES if same_everywhere(settings((0,), between=RULES[name], **KERNELS))]
    assert exact == ["set", "gmp", "acdc"]
    assert not same_everywhere(settings((0,), between=RULES["gmp"]))


def test_an_update_rule_that_cannot_forget_is_refused(monkeypatch):
    monkeypatch.delattr("sculpt.training.updates.sgd.SGD.forget")
    with pytest.raises(TrainingError, match="needs an update rule that has a function `forget`"):
        dynamic("set")
