"""Each model against torchvision's definition of it: the same logits for the same weights, and the same size."""

import pytest
import torch
import torchvision
from torch import nn

from sculpt.core.costs import dense_forward_flops
from sculpt.models.build import build
from sculpt.models.stacked import StackedLinear

torch.set_num_threads(1)

CLASSES = 7
CASES = [  # settings, height and width of the images, replicates
    ({"name": "resnet18", "width": 64, "stem": "cifar"}, 8, 2),
    ({"name": "resnet18", "width": 64, "stem": "imagenet"}, 33, 1),
    ({"name": "resnet50", "width": 64, "stem": "cifar"}, 8, 1),
    ({"name": "resnet50", "width": 64, "stem": "imagenet"}, 33, 2),
    ({"name": "vgg16", "width": 16}, 34, 1),
    ({"name": "vgg16", "width": 8}, 32, 2),
    ({"name": "vgg19", "width": 16}, 34, 1),
    ({"name": "vgg19", "width": 8}, 32, 2),
    ({"name": "mobilenetv2", "width": 16, "stem": "cifar"}, 15, 1),
    ({"name": "mobilenetv2", "width": 40, "stem": "cifar"}, 16, 2),
    ({"name": "mobilenetv2", "width": 32, "stem": "imagenet"}, 33, 1),
    ({"name": "mobilenetv2", "width": 24, "stem": "imagenet"}, 32, 2),
]


def torchvisions(name, width, stem="", classes=CLASSES):
    """torchvision's network, on the meta device; its CIFAR forms are made as the pruning literature makes them."""
    with torch.device("meta"):
        if name.startswith("vgg"):
            letter = {"vgg16": "D", "vgg19": "E"}[name]
            scaled = [n if n == "M" else n * width // 64 for n in torchvision.models.vgg.cfgs[letter]]
            features = torchvision.models.vgg.make_layers(scaled, batch_norm=True)
            return nn.Sequential(features, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8 * width, classes))
        if name == "mobilenetv2":
            network = torchvision.models.mobilenet_v2(num_classes=classes, width_mult=width / 32, dropout=0.0)
            if stem == "cifar":
                network.features[0][0].stride = network.features[2].conv[1][0].stride = (1, 1)
            return network
        network = getattr(torchvision.models, name)(num_classes=classes)
        if stem == "cifar":
            network.conv1 = nn.Conv2d(3, 64, 3, padding=1, bias=False)
            network.maxpool = nn.Identity()
        return network


def layers(network):
    kinds = nn.Conv2d | nn.Linear | StackedLinear | nn.BatchNorm2d
    return [layer for layer in network.modules() if isinstance(layer, kinds)]


def fill(network, stack, replicate):
    """Copy one replicate's tensors into a plain network, layer by layer; biases that only it has become zero."""
    for theirs, ours in zip(layers(network), layers(stack), strict=True):
        for key in ("weight", "bias", "running_mean", "running_var"):
            shape = getattr(getattr(theirs, key, None), "shape", None)
            if shape is None:
                continue
            tensor = getattr(ours, key)
            if tensor is None:
                value = torch.zeros(shape, dtype=torch.float64)
            else:
                value = tensor.detach().unflatten(0, (stack.replicates, -1))[replicate].clone()
            assert value.shape == shape
            setattr(theirs, key, nn.Parameter(value) if key in ("weight", "bias") else value)


def drawn(settings, replicates):
    """A float64 stack with every tensor at random, scaled such that the signal lives through all layers."""
    stack = build(settings, replicates, channels=3, classes=CLASSES)
    stack.initialise([torch.Generator().manual_seed(seed) for seed in range(replicates)])
    stack, random = stack.double(), torch.Generator().manual_seed(9)
    state = stack.checkpoint()
    for name, tensor in state.items():
        if name in stack.prunable():
            tensor.mul_(6**0.5)  # from PyTorch's default to Kaiming's variance
        elif "running_var" in name or tensor.mean() > 0.5:
            tensor.copy_(torch.rand(tensor.shape, generator=random) + 0.5)
        else:
            tensor.copy_(torch.rand(tensor.shape, generator=random) / 5 - 0.1)
    stack.load(state)
    return stack


@pytest.mark.parametrize(("settings", "size", "replicates"), CASES)
def test_logits_are_torchvisions_for_the_same_weights(settings, size, replicates):
    stack = drawn(settings, replicates)
    networks = [torchvisions(**settings) for _ in range(replicates)]
    for r, network in enumerate(networks):
        fill(network, stack, r)
    random = torch.Generator().manual_seed(1)
    images = torch.randn(3, replicates, 3, size, size, generator=random, dtype=torch.float64)
    for training in (False, True):
        with torch.no_grad():
            logits = stack.train(training)(images.flatten(1, 2))
            for r, network in enumerate(networks):
                expected = network.train(training)(images[:, r])
                assert expected.std(0).min() > 1e-3, "logits that do not depend on the image would show nothing"
                assert (logits[r] - expected).abs().max() < 1e-10 * expected.abs().max()


@pytest.mark.parametrize(
    ("settings", "weights"),
    [
        ({"name": "resnet18", "width": 64, "stem": "imagenet"}, torchvision.models.ResNet18_Weights.IMAGENET1K_V1),
        ({"name": "resnet50", "width": 64, "stem": "imagenet"}, torchvision.models.ResNet50_Weights.IMAGENET1K_V1),
        (
            {"name": "mobilenetv2", "width": 32, "stem": "imagenet"},
            torchvision.models.MobileNet_V2_Weights.IMAGENET1K_V1,
        ),
    ],
    ids=["resnet18", "resnet50", "mobilenetv2"],
)
def test_parameters_and_flops_at_the_papers_size_are_those_that_torchvision_states(settings, weights):
    stack = build(settings, replicates=1, channels=3, classes=1000)
    assert sum(parameter.numel() for parameter in stack.parameters()) == weights.meta["num_params"]
    ones = {name: torch.ones(1, *shape, dtype=torch.bool) for name, shape in stack.shapes().items()}
    flops = dense_forward_flops(ones, stack.positions((3, 224, 224)))
    assert flops / 2e9 == pytest.approx(weights.meta["_ops"], abs=6e-4), "torchvision counts multiply-adds, in 1e9"


@pytest.mark.parametrize(("name", "prunable", "convolutions"), [("vgg16", 14_715_584, 13), ("vgg19", 20_024_000, 16)])
def test_vgg_has_the_prunable_weights_of_the_pruning_papers(name, prunable, convolutions):
    shapes = build({"name": name, "width": 64}, replicates=1, channels=3, classes=10).shapes()
    assert sum(shape.numel() for shape in shapes.values()) == prunable
    assert [len(shape) for shape in shapes.values()] == [4] * convolutions + [2]
