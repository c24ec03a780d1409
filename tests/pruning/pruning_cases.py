"""Small networks and images for the tests of criteria."""

from dataclasses import replace

import torch
from torch import nn
from torch.nn.functional import batch_norm, conv2d, cross_entropy, linear, relu

from sculpt.core.randomness import generator
from sculpt.data.augmentation import Images
from sculpt.models.build import build
from sculpt.models.stacked import Stack, StackedLinear, conv
from sculpt.pruning.choice import choose
from sculpt.pruning.criteria import grasp, synflow

METHODS = {
    "erk": {},
    "balanced": {},
    "uniform": {},
    "magnitude": {},
    "snip": {"samples_per_class": 4},
    "grasp": {"samples_per_class": 4},
    "synflow": {"rounds": 20},
}
SEEDS, DENSITY, CLASSES = [0, 1, 2], 0.01, 10


def images(seeds, channels=1, size=8, classes=CLASSES, each=12, double=False):
    """Random images, the same for all seeds, `each` of every class."""
    random = torch.Generator().manual_seed(0)
    n = each * classes
    pixels = torch.randint(256, (n, channels, size, size), generator=random).to(torch.uint8)
    labels = (torch.arange(n) % classes)[:, None].repeat(1, len(seeds))
    placed = Images.place(pixels, labels, [128.0] * channels, [64.0] * channels, 1, torch.device("cpu"))
    return replace(placed, mean=placed.mean.double(), scale=placed.scale.double()) if double else placed


def resnet(seeds, width=8, double=False):
    network = build({"name": "resnet20", "width": width}, len(seeds), channels=1, classes=CLASSES)
    network.initialise([generator("initial weights", seed) for seed in seeds])
    return network.double() if double else network


def draw(method, network, images, seeds, density, settings):
    """An initial mask."""
    return choose({"name": method, **settings}, network, network.everything(), images, seeds, density)


def drawn(method, seeds=SEEDS, density=DENSITY, width=8, double=False):
    return draw(method, resnet(seeds, width, double), images(seeds, double=double), seeds, density, METHODS[method])


def under(network, mask):
    """Set the weights outside the mask to zero."""
    with torch.no_grad():
        for name, kept in network.stack(mask).items():
            network.get_parameter(name).mul_(kept)


def replicate(tensors, r):
    return torch.cat([tensor[r].flatten() for tensor in tensors.values()])


def state(network):
    """Every tensor of a network, the count of batches included."""
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


def synflow_scores(network, given, index):
    channels, height, width = given.shape
    image = torch.ones(1, network.replicates * channels, height, width, dtype=torch.float64)
    return synflow.scores(synflow.absolute_network(network), image)


def grasp_scores(network, given, index):
    return grasp.scores(network, network.everything(), given, index)


def small(replicates, double=True):
    """conv 3x3, batch norm, relu, conv 3x3 with stride 2, batch norm, relu, mean, linear; on 2 channels, 3 classes."""
    body = nn.Sequential(
        conv(replicates, 2, 4, 3),
        nn.BatchNorm2d(replicates * 4),
        nn.ReLU(),
        conv(replicates, 4, 6, 3, stride=2),
        nn.BatchNorm2d(replicates * 6),
        nn.ReLU(),
    )
    network = Stack(body, StackedLinear(replicates, 6, 3)).double()
    random = torch.Generator().manual_seed(5)
    state = {name: torch.randn(t.shape, generator=random, dtype=t.dtype) for name, t in network.checkpoint().items()}
    network.load({name: 1 + t.abs() if "running_var" in name else t for name, t in state.items()})
    return network


WEIGHTS = ["body.0.weight", "body.3.weight", "head.weight"]


def loss(p, x, labels, temperature=1.0):
    """Mean cross-entropy of one plain network in training mode; p: its tensors by name."""
    for i, stride in ((0, 1), (3, 2)):
        x = conv2d(x, p[f"body.{i}.weight"], stride=stride, padding=1)
        x = relu(batch_norm(x, None, None, p[f"body.{i + 1}.weight"], p[f"body.{i + 1}.bias"], training=True))
    return cross_entropy(linear(x.mean((2, 3)), p["head.weight"], p["head.bias"]) / temperature, labels)
