"""The alignment loss against a plain loop in float64, its gradient against finite differences, and weight 0."""

import pytest
import torch

from sculpt.core.kinds import LOSSES
from sculpt.core.randomness import generator
from sculpt.data.augmentation import Images, epoch_draws
from sculpt.studies.hardware.losses.aligned import misalignment
from sculpt.training.device.execution import place_model
from sculpt.training.device.precision import autocast
from sculpt.training.step import Step, train_epoch

R, B, CLASSES, GROUPS = 3, 14, 5, 4


def settings(weight, smoothing=0.0):
    return {"name": "aligned", "smoothing": smoothing, "weight": weight}


def batch(dtype=torch.float64, seed=0):
    """Logits, labels and groups, of which the last replicate lacks group 0 and the first has one image of group 3."""
    random = torch.Generator().manual_seed(seed)
    logits = 2 * torch.randn(R, B, CLASSES, generator=random, dtype=torch.float64)
    labels = torch.randint(CLASSES, (R, B), generator=random)
    groups = torch.randint(GROUPS - 1, (R, B), generator=random)
    groups[0, 5] = GROUPS - 1
    groups[2] = groups[2].clamp(min=1)
    return logits.to(dtype), labels, groups


def reference(logits, labels, groups, weight, smoothing=0.0):
    """L of one replicate in float64, image by image and group by group."""
    losses, closeness = [], []
    for x, label in zip(logits.double(), labels.tolist(), strict=True):
        logs = x - x.exp().sum().log()
        losses.append(-(1 - smoothing) * logs[label] - smoothing * logs.sum() / len(logs))
        closeness.append(1 - sum(float(p) ** 2 for p in logs.exp()))
    mean, term = sum(closeness) / len(closeness), 0.0
    for group in set(groups.tolist()):
        members = [d for d, other in zip(closeness, groups.tolist(), strict=True) if other == group]
        term += abs(sum(members) / len(members) - mean)
    return float(sum(losses) / len(losses)) + weight * term


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("weight", [0.5, 3.0])
def test_the_mean_over_a_batch_is_that_of_a_loop_over_groups(weight, smoothing):
    logits, labels, groups = batch()
    found = LOSSES.load("aligned")(logits, labels, settings(weight, smoothing), groups)
    assert found.shape == (R, B)
    for r in range(R):
        expected = reference(logits[r], labels[r], groups[r], weight, smoothing)
        assert float(found[r].double().mean()) == pytest.approx(expected, rel=1e-5)


def test_a_term_worked_out_by_hand():
    values = torch.tensor([[1.0, 3.0, 4.0, 8.0], [2.0, 2.0, 2.0, 2.0]])
    groups = torch.tensor([[7, 7, 0, 2], [0, 1, 2, 3]])
    # Means 2, 4 and 8 of the groups, 4 of the batch.
    assert misalignment(values, groups).tolist() == [[2.0 + 0.0 + 4.0], [0.0]]


def test_one_group_and_equal_groups_add_nothing():
    logits, labels, _ = batch()
    plain = LOSSES.load("cross_entropy")(logits, labels, {"name": "cross_entropy", "smoothing": 0.0})
    alone = LOSSES.load("aligned")(logits, labels, settings(2.0), torch.zeros(R, B, dtype=torch.int64))
    torch.testing.assert_close(alone, plain)
    pairs = logits.repeat_interleave(2, 1), labels.repeat_interleave(2, 1)
    twins = LOSSES.load("aligned")(*pairs, settings(2.0), torch.tensor([0, 1]).repeat(R, B))
    torch.testing.assert_close(twins, plain.repeat_interleave(2, 1))


def test_what_the_groups_are_called_does_not_count():
    logits, labels, groups = batch()
    names = torch.tensor([40, 7, 123, 2])
    first, second = (LOSSES.load("aligned")(logits, labels, settings(1.0), named) for named in (groups, names[groups]))
    assert torch.equal(first, second)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32, torch.float64])
def test_weight_0_is_cross_entropy_to_the_bit(dtype):
    logits, labels, groups = batch(dtype)
    given = {"plain": logits.clone().requires_grad_(), "aligned": logits.clone().requires_grad_()}
    plain = LOSSES.load("cross_entropy")(given["plain"], labels, {"name": "cross_entropy", "smoothing": 0.1})
    found = LOSSES.load("aligned")(given["aligned"], labels, settings(0.0, 0.1), groups)
    assert found.dtype == plain.dtype and torch.equal(found, plain)
    gradients = [
        torch.autograd.grad(losses.mean(1).sum(), x)[0]
        for losses, x in zip((plain, found), given.values(), strict=True)
    ]
    assert torch.equal(*gradients)


@pytest.mark.parametrize("seed", range(3))
def test_the_gradient_is_that_of_finite_differences(seed):
    logits, labels, groups = batch(seed=seed)
    x = logits.clone().requires_grad_()
    total = LOSSES.load("aligned")(x, labels, settings(1.5), groups).mean(1).sum()
    (gradient,) = torch.autograd.grad(total, x)
    step, random = 1e-5, torch.Generator().manual_seed(seed)
    for _ in range(4):
        along = torch.randn(logits.shape, generator=random, dtype=torch.float64)
        up, down = (
            sum(reference(moved[r], labels[r], groups[r], 1.5) for r in range(R))
            for moved in (logits + step * along, logits - step * along)
        )
        assert float((gradient.double() * along).sum()) == pytest.approx((up - down) / (2 * step), rel=1e-4, abs=1e-5)


def test_nothing_waits_for_the_device():
    """Tensors without values: what would read one, or have a shape of one, fails. So a CUDA graph can hold the loss."""
    logits, labels, groups = (tensor.to("meta") for tensor in batch(torch.float32))
    logits.requires_grad_()
    found = LOSSES.load("aligned")(logits, labels, settings(1.0), groups)
    (gradient,) = torch.autograd.grad(found.mean(1).sum(), logits)
    assert (found.shape, gradient.shape) == ((R, B), logits.shape)


def test_a_replicate_does_not_depend_on_its_neighbours():
    logits, labels, groups = batch(torch.float32)
    together = LOSSES.load("aligned")(logits, labels, settings(1.0), groups)
    for r in range(R):
        part = slice(r, r + 1)
        alone = LOSSES.load("aligned")(logits[part], labels[part], settings(1.0), groups[part])
        torch.testing.assert_close(alone[0], together[r], rtol=1e-6, atol=1e-7)


def test_following_the_term_brings_the_groups_together():
    """Gradient steps on the term alone: images of two groups end equally close to the boundary."""
    random = torch.Generator().manual_seed(1)
    logits = torch.cat([3 * torch.randn(1, 8, 3, generator=random), 0.3 * torch.randn(1, 8, 3, generator=random)], 1)
    logits.requires_grad_()
    groups = torch.arange(16)[None] // 8

    def term():
        return misalignment(1 - logits.softmax(2).square().sum(2), groups).sum()

    before = float(term().detach())
    for _ in range(200):
        (gradient,) = torch.autograd.grad(term(), logits)
        with torch.no_grad():
            logits -= 0.5 * gradient
    assert before > 0.2 and float(term().detach()) < 0.1 * before


def test_the_weight_is_not_negative():
    section = LOSSES.settings("aligned")
    assert section(name="aligned", smoothing=0.0, weight=0.0).model_dump() == settings(0.0)
    with pytest.raises(ValueError, match="weight"):
        section(name="aligned", smoothing=0.0, weight=-0.1)
    with pytest.raises(ValueError, match="weight"):
        section(name="aligned", smoothing=0.0)


def trained(loss, groups=None):
    """Every tensor of two replicates after three steps of ResNet-20 on noise."""
    cpu, random = torch.device("cpu"), torch.Generator().manual_seed(0)
    pixels = torch.randint(256, (24, 1, 8, 8), generator=random, dtype=torch.uint8)
    labels = torch.randint(3, (24, 1), generator=random).repeat(1, 2)
    images = Images.place(pixels, labels, [128.0], [70.0], 1, cpu, groups=groups)
    network = place_model({"name": "resnet20", "classes": 3, "width": 8}, 2, images)
    network.initialise([generator("initial weights", seed) for seed in (0, 1)])
    update = {"name": "sgd", "momentum": 0.9, "weight_decay": 0.01}
    draws = epoch_draws(images, [0, 1], 0, 8, flip=False)
    step = Step(network, images, [], {"loss": loss, "update": update}, autocast({"precision": "float32"}, cpu), draws)
    train_epoch(step, step, draws, [0.1] * 3)
    return torch.cat([tensor.flatten().double() for tensor in network.checkpoint().values()])


def test_training_with_weight_0_is_plain_training_to_the_bit():
    groups = torch.arange(24) % 2
    plain = trained({"name": "cross_entropy", "smoothing": 0.1})
    assert torch.equal(trained(settings(0.0, 0.1), groups), plain)
    assert torch.equal(trained(settings(0.0, 0.1)), plain)


def test_training_reads_the_groups_of_the_data_or_else_the_classes():
    grouped, by_class, alone = (
        trained(settings(1.0), groups) for groups in (torch.arange(24) % 2, None, torch.zeros(24, dtype=torch.int64))
    )
    plain = trained({"name": "cross_entropy", "smoothing": 0.0})
    assert not torch.equal(grouped, by_class) and not torch.equal(grouped, plain)
    torch.testing.assert_close(alone, plain, rtol=1e-3, atol=1e-5)
