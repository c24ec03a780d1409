"""The torch engine under execution profiles: what it computes with, what it leaves, and how it goes on."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from small_nodes import BATCH, N, data, empty_network, initial, run, same, settings, smoothed
from torch.nn.functional import cross_entropy

from sculpt.data.augmentation import augmented, epoch_draws
from sculpt.training import step
from sculpt.training.engine import started
from sculpt.training.evaluation import evaluate

CPU = {"device": "cpu", "precision": "float32"}
FLOAT64 = {**CPU, "precision": "float64"}
SEEDS = (0, 1)


def ready(profile=CPU, images=None, **other):
    """An engine that has taken up the initial weights."""
    images = data(SEEDS) if images is None else images
    network = empty_network(SEEDS, images)
    network.load(initial(SEEDS, images))
    engine = started(settings(SEEDS, profile=profile, **other), network)
    engine.take()
    return engine


def epoch(engine, images=None):
    images = data(SEEDS) if images is None else images
    draws = epoch_draws(images, list(SEEDS), 0, BATCH, flip=True)
    return engine.train(images, draws, [0.1, 0.05, 0.02])


def test_float64_equals_a_float64_network_on_float64_images():
    """Which the plain profile trains as it trains any network; what is left is in float32 again."""
    found, expected = run(profile=FLOAT64), run(images=data(SEEDS, double=True))
    assert {tensor.dtype for tensor in expected.weights.values()} == {torch.float64}
    assert same(found.weights, {name: tensor.float() for name, tensor in expected.weights.items()})
    assert found.history == expected.history and found.records == expected.records


def test_a_float64_step_equals_one_that_is_written_out():
    images, double = data(SEEDS), data(SEEDS, double=True)
    engine = ready(FLOAT64, **smoothed(0.1))
    losses, _ = epoch(engine, images)

    network = empty_network(SEEDS, double)
    network.load(initial(SEEDS, images))
    parameters, velocity, expected = list(network.parameters()), {}, 0
    network.train()
    for draws, rate in zip(epoch_draws(images, list(SEEDS), 0, BATCH, flip=True), [0.1, 0.05, 0.02], strict=True):
        x, labels = augmented(double, draws)
        each = [cross_entropy(*pair, label_smoothing=0.1) for pair in zip(network(x), labels, strict=True)]
        expected = expected + torch.stack(each).detach() / 3
        for i, gradient in enumerate(torch.autograd.grad(sum(each), parameters)):
            velocity[i] = 0.9 * velocity.get(i, 0) + gradient + 0.01 * parameters[i].detach()
            parameters[i].data -= rate * velocity[i]
    torch.testing.assert_close(losses, expected, rtol=1e-12, atol=0)
    for name, tensor in engine.computing.checkpoint().items():
        torch.testing.assert_close(tensor, network.checkpoint()[name], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("profile", [FLOAT64, {**CPU, "memory_format": "contiguous"}], ids=str)
def test_a_copy_leaves_the_network_as_it_is_until_it_gives(profile):
    engine = ready(profile)
    before = engine.network.checkpoint()
    epoch(engine)
    assert same(engine.network.checkpoint(), before)
    engine.give()
    given = engine.network.checkpoint()
    assert not same(given, before)
    assert same(given, {name: tensor.float() for name, tensor in engine.computing.checkpoint().items()})
    weights = list(engine.network.prunable().values())
    assert all(w.dtype == torch.float32 and w.is_contiguous(memory_format=torch.channels_last) for w in weights[:-1])


def test_contiguous_images_meet_contiguous_weights():
    engine, seen = ready({**CPU, "memory_format": "contiguous"}), []
    for layer in engine.computing.modules():
        if isinstance(layer, torch.nn.Conv2d):
            layer.register_forward_hook(lambda layer, given, out: seen.append((layer.weight, given[0], out)))
    engine.evaluate(data(SEEDS))
    assert len(seen) > 10 and all(tensor.is_contiguous() for triple in seen for tensor in triple)


def test_a_reversed_batch_has_the_same_images_and_labels():
    """The sums of float32 come out otherwise, those of float64 all but equal; the order of batches stays."""
    images = data(SEEDS)
    draws = epoch_draws(images, list(SEEDS), 0, BATCH, flip=True)
    engine = ready({**CPU, "batch_order": "reversed"})
    engine.train(images, draws, [0.1, 0.05, 0.02])
    for there, here in zip(engine.step.draws, draws, strict=True):
        (x, labels), (plain_x, plain_labels) = augmented(images, there), augmented(images, here)
        assert torch.equal(x.flip(0), plain_x) and torch.equal(labels.flip(1), plain_labels)
        assert not torch.equal(x, plain_x)
    plain, reverse = (ready({**FLOAT64, **extra}) for extra in ({}, {"batch_order": "reversed"}))
    epoch(plain), epoch(reverse)
    for name, tensor in plain.computing.checkpoint().items():
        torch.testing.assert_close(reverse.computing.checkpoint()[name], tensor, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize(
    "profile",
    [CPU, FLOAT64, {**CPU, "precision": "bfloat16"}, {**CPU, "mantissa": 10}, {**CPU, "memory_format": "contiguous"}],
    ids=str,
)
def test_logits_are_those_that_losses_and_predictions_come_from(profile):
    engine, images = ready(profile), data(SEEDS, n=30, noise=0.3)
    losses, predictions = engine.evaluate(images)
    logits = engine.logits(images)
    assert logits.dtype == torch.float64 and logits.shape == (2, 30, 3)
    assert losses.dtype == (torch.float64 if profile is FLOAT64 else torch.float32)
    assert torch.equal(logits.argmax(2), predictions)
    expected = cross_entropy(logits.flatten(0, 1), images.labels.T.flatten(), reduction="none").view(2, 30)
    tolerance = 1e-14 if profile is FLOAT64 else 1e-6
    torch.testing.assert_close(losses.double(), expected, rtol=tolerance, atol=tolerance)


def test_evaluation_is_alike_under_the_plain_profile_and_without_an_engine():
    engine, images = ready(), data(SEEDS)
    assert engine.computing is engine.network
    batches = [images.plain(torch.arange(len(images)), 2)]
    expected = evaluate(engine.network, batches, torch.autocast("cpu", enabled=False))
    assert all(map(torch.equal, engine.evaluate(images), expected))


class Cut(Exception):
    pass


@pytest.mark.parametrize(("precision", "done"), [("float64", 1), ("float64", 2), ("float16", 1)])
def test_a_job_that_was_cut_off_goes_on_with_every_bit(precision, done):
    """The bits of float64 that a checkpoint of float32 lacks, the scales of float16; also after the last epoch."""
    profile, held = {**CPU, "precision": precision}, []

    def keep(_seeds, reached):
        held.append((reached.weights, [tensor.detach().clone() for tensor in reached.update], reached))

    def stop(epochs, *_):
        if epochs == done:
            raise Cut

    kept = SimpleNamespace(latest=lambda seeds: None, due=lambda *_: True, keep=keep)
    with pytest.raises(Cut):
        run(profile=profile, progress=stop, checkpoints=kept)
    weights, update, reached = held[-1]
    assert {tensor.dtype for tensor in weights.values()} == {torch.float32}
    again = replace(reached, weights=weights, update=update)
    assert again.done == done
    resumed = run(profile=profile, checkpoints=SimpleNamespace(latest=lambda _: again, due=lambda *_: False))
    whole = run(profile=profile)
    assert same(resumed.weights, whole.weights)
    assert resumed.records == whole.records and resumed.history == whole.history


def test_a_loss_that_reads_groups_gets_those_of_its_images(monkeypatch):
    """Of every batch, the groups of the images that its draws name; without groups, the labels."""
    got = []

    def loss(logits, labels, settings, groups):
        got.append((labels.clone(), groups.clone()))
        return logits.logsumexp(2)

    register = SimpleNamespace(load=lambda name: loss, constant=lambda name, constant, default: True)
    monkeypatch.setattr(step, "LOSSES", register)
    images = replace(data(SEEDS), groups=torch.arange(N) // 5)
    epoch(ready(images=images), images)
    draws = epoch_draws(images, list(SEEDS), 0, BATCH, flip=True)
    assert [groups.tolist() for _, groups in got] == [(index.T // 5).tolist() for index in draws[:, 0]]
    got.clear()
    epoch(ready())
    assert len(got) == 3 and all(torch.equal(labels, groups) for labels, groups in got)
