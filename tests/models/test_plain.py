"""The plain module of one network computes what the stack does, and is torchvision's where torchvision has it."""

import pickle
import re
from copy import deepcopy
from types import SimpleNamespace

import pytest
import torch
import torchvision
from torch import nn

from sculpt.core.kinds import MODELS
from sculpt.models.build import build
from sculpt.models.plain import Alone, names, plain
from sculpt.models.stacked import BatchNorm, Stack, StackedLinear, conv

torch.set_num_threads(1)

CLASSES = 5
CASES = [  # settings, channels, height and width of the images, torchvision's class
    ({"name": "resnet20", "width": 2}, 1, 8, "ResNet"),
    ({"name": "resnet18", "width": 4, "stem": "cifar"}, 3, 9, "ResNet"),
    ({"name": "resnet18", "width": 4, "stem": "imagenet"}, 2, 33, "ResNet"),
    ({"name": "resnet50", "width": 2, "stem": "cifar"}, 1, 8, "ResNet"),
    ({"name": "resnet50", "width": 3, "stem": "imagenet"}, 3, 33, "ResNet"),
    ({"name": "vgg16", "width": 2}, 1, 33, "VGG"),
    ({"name": "vgg19", "width": 4}, 3, 32, "VGG"),
    ({"name": "mobilenetv2", "width": 8, "stem": "cifar"}, 1, 15, "MobileNetV2"),
    ({"name": "mobilenetv2", "width": 16, "stem": "imagenet"}, 3, 32, "MobileNetV2"),
]


def drawn(network, generator):
    """A checkpoint with every tensor at random, scaled such that the signal lives through all layers."""
    network.initialise([generator] * network.replicates)
    found = network.checkpoint()
    for name, tensor in found.items():
        if name in network.prunable():
            tensor.mul_(6**0.5)  # from PyTorch's default to Kaiming's variance
        elif "running_var" in name or tensor.mean() > 0.5:
            tensor.copy_(torch.rand(tensor.shape, generator=generator) + 0.5)
        else:
            tensor.copy_(torch.rand(tensor.shape, generator=generator) / 5 - 0.1)
    return found


def two(settings, channels):
    """A stack of two replicates in evaluation mode, and its checkpoint."""
    stack = build(settings, 2, channels, CLASSES)
    weights = drawn(stack, torch.Generator().manual_seed(3))
    stack.load(weights)
    return stack.eval(), weights


def one(weights, replicate):
    return {name: tensor[replicate] for name, tensor in weights.items()}


def unlike(found, expected):
    return ((found - expected).abs().max() / expected.abs().max()).item()


def test_every_architecture_is_among_the_cases():
    assert {settings["name"] for settings, *_ in CASES} == set(MODELS.names)


@pytest.mark.parametrize(("settings", "channels", "size", "kind"), CASES)
def test_logits_are_those_of_the_stack(settings, channels, size, kind):
    stack, weights = two(settings, channels)
    images = torch.randn(3, 2, channels, size, size, generator=torch.Generator().manual_seed(4))
    with torch.no_grad():
        expected = stack(images.flatten(1, 2))
        for replicate in (0, 1):
            network = plain(settings, channels, CLASSES, one(weights, replicate))
            found = network(images[:, replicate])
            assert not network.training and type(network).__module__.startswith("torchvision.models")
            assert type(network).__name__ == kind and found.std(0).min() > 1e-4
            assert unlike(found, expected[replicate]) < 1e-6
    assert unlike(expected[0], expected[1]) > 1e-2, "the replicates must differ for this to mean anything"


@pytest.mark.parametrize(("settings", "channels"), [case[:2] for case in CASES])
def test_each_tensor_has_a_name_of_its_own_and_its_value(settings, channels):
    weights = one(two(settings, channels)[1], 1)
    state = plain(settings, channels, CLASSES, weights).state_dict()
    named = names(settings, channels, CLASSES)
    assert list(named) == list(dict.fromkeys(named)) and len({*named.values()}) == len(named) == len(weights)
    assert {name for name in state if "num_batches" not in name} == {*named.values()}
    assert all(torch.equal(state[theirs], weights[ours]) for ours, theirs in named.items())


@pytest.mark.parametrize(
    ("settings", "theirs"),
    [
        ({"name": "resnet18", "width": 64, "stem": "imagenet"}, torchvision.models.resnet18),
        ({"name": "resnet50", "width": 64, "stem": "imagenet"}, torchvision.models.resnet50),
        ({"name": "mobilenetv2", "width": 32, "stem": "imagenet"}, torchvision.models.mobilenet_v2),
    ],
    ids=["resnet18", "resnet50", "mobilenetv2"],
)
def test_torchvisions_own_network_takes_the_state(settings, theirs):
    stack = build(settings, 1, 3, CLASSES)
    weights = drawn(stack, torch.Generator().manual_seed(5))
    stack.load(weights)
    with torch.device("meta"):  # nothing of its own stays
        network = theirs(num_classes=CLASSES)
    network.load_state_dict(plain(settings, 3, CLASSES, one(weights, 0)).state_dict(), strict=True, assign=True)
    images = torch.randn(2, 3, 33, 33, generator=torch.Generator().manual_seed(4))
    with torch.no_grad():
        assert unlike(network.eval()(images), stack.eval()(images)[0]) < 1e-6


def test_resnet20_has_the_names_of_the_paper_s_torchvision_relatives():
    named = names({"name": "resnet20", "width": 16}, 3, 10)
    assert named["body.conv.weight"] == "conv1.weight" and named["head.bias"] == "fc.bias"
    assert named["body.stage2_1.conv2.weight"] == "layer2.0.conv2.weight"
    assert named["body.stage2_1.shortcut.0.weight"] == "layer2.0.downsample.0.weight"


def test_module_is_trained_further_copied_and_pickled():
    settings = {"name": "resnet20", "width": 2}
    weights = one(two(settings, 1)[1], 0)
    network = plain(settings, 1, CLASSES, weights)
    images = torch.randn(4, 1, 8, 8, generator=torch.Generator().manual_seed(4))
    with torch.no_grad():
        logits = network(images)
        for other in (deepcopy(network), pickle.loads(pickle.dumps(network))):
            assert torch.equal(other(images), logits)
    before = weights["body.conv.weight"].clone()
    optimizer = torch.optim.SGD(network.train().parameters(), lr=0.1)
    network(images).square().mean().backward()
    optimizer.step()
    assert all(parameter.grad is not None for parameter in network.parameters())
    assert not torch.equal(network.conv1.weight, before)
    assert torch.equal(weights["body.conv.weight"], before), "the module's tensors are copies"
    assert network.bn1.num_batches_tracked == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (lambda w: {**w, "head.weight": w["head.weight"][:, :3]}, "head.weight is (5, 3), the model's (5, 8)"),
        (lambda w: {**w, "more": w["head.bias"]}, "only one of the two has more"),
        (lambda w: {k: v for k, v in w.items() if k != "body.bn.bias"}, "only one of the two has body.bn.bias"),
    ],
)
def test_a_checkpoint_that_does_not_fit_is_refused(changed, said):
    settings = {"name": "resnet20", "width": 2}
    weights = one(two(settings, 1)[1], 0)
    with pytest.raises(ValueError, match=f"does not fit the model: {re.escape(said)}"):
        plain(settings, 1, CLASSES, changed(weights))


def test_an_architecture_of_ones_own_keeps_the_names_of_its_checkpoint(monkeypatch):
    def own(replicates, channels, classes, settings):
        width = settings["width"]
        body = nn.Sequential(conv(replicates, channels, width, 3), BatchNorm(replicates * width), nn.ReLU())
        return Stack(body, StackedLinear(replicates, width, classes))

    monkeypatch.setattr("sculpt.models.build.MODELS", SimpleNamespace(load=lambda name: own))
    settings = {"name": "own", "width": 6}
    stack, weights = two(settings, 2)
    network = plain(settings, 2, CLASSES, one(weights, 1))
    images = torch.randn(3, 2, 7, 7, generator=torch.Generator().manual_seed(4))
    with torch.no_grad():
        assert unlike(network(images), stack(images.repeat(1, 2, 1, 1))[1]) < 1e-6
    assert isinstance(network, Alone) and {ours == theirs for ours, theirs in names(settings, 2, CLASSES).items()} == {
        True
    }
    assert not any(isinstance(layer, BatchNorm | StackedLinear) for layer in network.modules())
