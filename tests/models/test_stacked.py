"""A stack of replicates is its separate networks, and checkpoints carry all that it is."""

import math
from copy import deepcopy

import pytest
import torch
from torch import nn

from sculpt.models.build import build
from sculpt.models.stacked import Stack, StackedLinear, conv
from sculpt.pruning.scoring import total_loss
from sculpt.training.updates.sgd import SGD

torch.set_num_threads(1)

REPLICATES, CHANNELS, CLASSES, BATCH = 3, 2, 5, 6


def resnet(replicates):
    return build({"name": "resnet20", "width": 4}, replicates, CHANNELS, CLASSES).double()


def drawn(network, seed=0):
    """A checkpoint in which every tensor is at random, batch-norm state included."""
    random = torch.Generator().manual_seed(seed)
    state = {}
    for name, tensor in network.checkpoint().items():
        values = torch.randn(tensor.shape, generator=random, dtype=tensor.dtype) / 3
        state[name] = 0.5 + values.abs() if "running_var" in name else values
    return state


def one(tensors, replicate):
    return {name: tensor[replicate : replicate + 1] for name, tensor in tensors.items()}


def assert_close(stacked, separate, tolerance=1e-10):
    """Tensors (R, ...) by name against a list of the same with one replicate each."""
    for name, tensor in stacked.items():
        together = torch.cat([tensors[name] for tensors in separate])
        assert tensor.shape == together.shape, name
        error = (tensor - together).abs().max() / together.abs().max().clamp_min(1e-30)
        assert error < tolerance, f"{name}: {error:.1e}"


@pytest.fixture
def pair():
    """A stack of 3, the three networks on their own, and a batch for each replicate."""
    stack = resnet(REPLICATES)
    stack.load(drawn(stack))
    separate = [resnet(1) for _ in range(REPLICATES)]
    for replicate, network in enumerate(separate):
        network.load(one(stack.checkpoint(), replicate))
    random = torch.Generator().manual_seed(1)
    images = torch.randn(BATCH, REPLICATES, CHANNELS, 8, 8, generator=random, dtype=torch.float64)
    labels = torch.randint(CLASSES, (REPLICATES, BATCH), generator=random)
    return stack, separate, images, labels


@pytest.mark.parametrize("training", [True, False])
def test_stack_gives_the_logits_of_the_separate_networks(pair, training):
    stack, separate, images, _ = pair
    together = stack.train(training)(images.flatten(1, 2))
    alone = torch.cat([network.train(training)(images[:, r]) for r, network in enumerate(separate)])
    assert together.shape == (REPLICATES, BATCH, CLASSES)
    assert (together - alone).abs().max() < 1e-10 * alone.abs().max()
    assert (together[0] - together[1]).abs().max() > 1e-3, "the replicates must differ for this to mean anything"


def test_stack_has_the_gradients_of_the_separate_networks(pair):
    stack, separate, images, labels = pair

    def gradients(network, x, y):
        names, parameters = zip(*network.named_parameters(), strict=True)
        found = torch.autograd.grad(total_loss(network.train()(x), y, y.shape[1]), parameters)
        return network.split(dict(zip(names, found, strict=True)))

    together = gradients(stack, images.flatten(1, 2), labels)
    alone = [gradients(network, images[:, r], labels[r : r + 1]) for r, network in enumerate(separate)]
    assert_close(together, alone)
    assert all(tensor.abs().sum() > 0 for tensor in together.values())


def test_stack_trains_as_the_separate_networks(pair):
    """Five steps of SGD with momentum, weight decay and masks; batch-norm running statistics included."""
    stack, separate, images, labels = pair
    random = torch.Generator().manual_seed(2)
    shapes = stack.shapes().items()
    mask = {name: torch.rand(REPLICATES, *shape, generator=random) < 0.4 for name, shape in shapes}

    def trained(network, mask, x, y):
        weights, held = list(network.prunable().values()), list(network.stack(mask).values())
        with torch.no_grad():
            torch._foreach_mul_(weights, held)
        optimizer = SGD(list(network.parameters()), momentum=0.9, weight_decay=0.01)
        network.train()
        for step in range(5):
            order = torch.randperm(BATCH, generator=torch.Generator().manual_seed(step))[: BATCH - 1]
            loss = total_loss(network(x[order]), y[:, order], len(order))
            optimizer.step(
                torch.autograd.grad(loss, list(network.parameters())), torch.tensor(0.05, dtype=torch.float64)
            )
            with torch.no_grad():
                torch._foreach_mul_(weights, held)
        return network.checkpoint()

    before = stack.checkpoint()
    together = trained(stack, mask, images.flatten(1, 2), labels)
    alone = [trained(separate[r], one(mask, r), images[:, r], labels[r : r + 1]) for r in range(REPLICATES)]
    assert_close(together, alone)
    assert any("running_mean" in name for name in together)
    assert all(not torch.equal(together[name], before[name]) for name in together), "every tensor takes part"
    for name, kept in mask.items():
        assert not together[name][~kept].any()


def test_checkpoint_loads_into_another_network(pair):
    stack, _, images, _ = pair
    stack.to(memory_format=torch.channels_last)
    saved = stack.checkpoint()
    assert {tensor.shape[0] for tensor in saved.values()} == {REPLICATES}
    assert all(tensor.is_contiguous() for tensor in saved.values())
    other = resnet(REPLICATES)
    other.load(saved)
    restored = other.checkpoint()
    assert saved.keys() == restored.keys()
    assert all(torch.equal(saved[name], restored[name]) for name in saved)
    x = images.flatten(1, 2)
    torch.testing.assert_close(other.eval()(x), stack.eval()(x), rtol=1e-12, atol=1e-12)


def test_checkpoint_is_a_copy(pair):
    stack, _, images, _ = pair
    saved = stack.checkpoint()
    kept = {name: tensor.clone() for name, tensor in saved.items()}
    stack.train()(images.flatten(1, 2))
    with torch.no_grad():
        for parameter in stack.parameters():
            parameter.add_(1)
    assert all(torch.equal(saved[name], kept[name]) for name in saved)


def test_load_says_what_does_not_fit():
    network = resnet(2)
    good = network.checkpoint()
    with pytest.raises(ValueError, match=r"only one of the two has head\.weight"):
        network.load({name: tensor for name, tensor in good.items() if name != "head.weight"})
    with pytest.raises(ValueError, match=r"only one of the two has extra"):
        network.load({**good, "extra": torch.zeros(2, 1)})
    with pytest.raises(ValueError, match=r"head\.bias is \(2, 7\), the model's \(2, 5\)"):
        network.load({**good, "head.bias": torch.zeros(2, 7)})
    with pytest.raises(ValueError, match=r"body\.conv\.weight is \(3, 4, 2, 3, 3\), the model's \(2, 4, 2, 3, 3\)"):
        network.load(resnet(3).checkpoint())


def test_stack_and_split_undo_each_other(pair):
    stack, *_ = pair
    stack.to(memory_format=torch.channels_last)
    mask = {name: torch.rand(REPLICATES, *shape) < 0.5 for name, shape in stack.shapes().items()}
    laid = stack.stack(mask)
    for name, weight in stack.prunable().items():
        assert (laid[name].shape, laid[name].dtype) == (weight.shape, weight.dtype)
        assert laid[name].stride() == weight.stride(), "a mask in another layout makes every product slow"
    split = stack.split(laid)
    assert all(torch.equal(split[name].bool(), mask[name]) for name in mask)


def test_batch_statistics_leaves_running_statistics_alone(pair):
    stack, _, images, _ = pair
    x = images.flatten(1, 2)
    expected = deepcopy(stack).train()(x)
    before = {name: buffer.clone() for name, buffer in stack.named_buffers()}
    for training in (True, False):
        stack.train(training)
        with stack.batch_statistics():
            assert torch.equal(stack(x), expected), "the batch's own statistics are used"
        assert {layer.training for layer in stack.modules()} == {training}
        assert all(torch.equal(buffer, before[name]) for name, buffer in stack.named_buffers())
    stack.train()(x)
    assert not torch.equal(stack.body.bn.running_mean, before["body.bn.running_mean"]), "tracking goes on afterwards"


def test_batch_statistics_restores_the_mode_after_an_error(pair):
    stack, *_ = pair
    stack.eval()
    with pytest.raises(KeyError), stack.batch_statistics():
        raise KeyError
    assert not any(layer.training for layer in stack.modules())
    assert all(layer.track_running_stats for layer in stack.modules() if isinstance(layer, nn.BatchNorm2d))


@pytest.mark.parametrize("training", [True, False])
def test_positions(training):
    body = nn.Sequential(conv(2, 3, 4, 3), nn.ReLU(), conv(2, 4, 4, 3, stride=2), nn.BatchNorm2d(8), conv(2, 4, 6, 1))
    network = Stack(body, StackedLinear(2, 6, 5)).train(training)
    before = network.checkpoint()
    # 3x3 with padding 1 keeps 7x10; stride 2 halves it, rounded up, to 4x5; 1x1 keeps that.
    assert network.positions((3, 7, 10)) == {
        "body.0.weight": 70,
        "body.2.weight": 20,
        "body.4.weight": 20,
        "head.weight": 1,
    }
    assert network.training is training
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.checkpoint().items())
    assert not any(layer._forward_hooks for layer in network.modules())


def initialised(seeds):
    network = build({"name": "resnet20", "width": 4}, len(seeds), channels=1, classes=10)
    network.initialise([torch.Generator().manual_seed(seed) for seed in seeds])
    return network.checkpoint()


def test_initial_weights_of_a_replicate_depend_on_its_generator_alone():
    both, other, alone = initialised([7, 8]), initialised([9, 8]), initialised([8])
    for name in both:
        assert torch.equal(both[name][1], other[name][1]), name
        assert torch.equal(both[name][1], alone[name][0]), name
    for name in (name for name in both if "conv" in name or name == "head.weight"):
        assert not torch.equal(both[name][0], both[name][1]), name


def test_initial_weights_fill_the_interval_of_their_fan_in():
    weights = initialised([0, 1, 2])
    names = build({"name": "resnet20", "width": 4}, replicates=1, channels=1, classes=10).shapes()
    for name in names:
        bound = 1 / math.sqrt(weights[name][0, 0].numel())
        assert 0.8 * bound < weights[name].abs().max() <= bound, name
        if weights[name].numel() > 500:
            assert weights[name].std() == pytest.approx(bound / math.sqrt(3), rel=0.1), name


def test_initialise_refreshes_batch_norm():
    network = resnet(2)
    network.load(drawn(network))
    network.initialise([torch.Generator().manual_seed(seed) for seed in range(2)])
    fresh = {"running_mean": 0, "running_var": 1, "weight": 1, "bias": 0}
    for layer in (layer for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)):
        assert all((getattr(layer, name) == value).all() for name, value in fresh.items())


def test_initialise_sets_biases_to_zero():
    network = resnet(2)
    network.load(drawn(network))
    network.initialise([torch.Generator().manual_seed(seed) for seed in range(2)])
    assert not network.head.bias.any()
