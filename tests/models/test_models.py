"""What holds for every model: a stack is its separate networks, and every mask method keeps exactly its density."""

import pytest
import torch

from sculpt.core.randomness import generator
from sculpt.data.augmentation import Images
from sculpt.models.build import build
from sculpt.pruning.choice import choose
from sculpt.pruning.scoring import total_loss

torch.set_num_threads(1)

CASES = {  # settings; height and width of the images
    "resnet18-cifar": ({"name": "resnet18", "width": 4, "stem": "cifar"}, 8),
    "resnet18-imagenet": ({"name": "resnet18", "width": 4, "stem": "imagenet"}, 33),
    "resnet50": ({"name": "resnet50", "width": 2, "stem": "cifar"}, 8),
    "vgg16": ({"name": "vgg16", "width": 4}, 32),
    "vgg19": ({"name": "vgg19", "width": 4}, 32),
    "mobilenetv2-cifar": ({"name": "mobilenetv2", "width": 8, "stem": "cifar"}, 8),
    "mobilenetv2-imagenet": ({"name": "mobilenetv2", "width": 8, "stem": "imagenet"}, 33),
}
METHODS = {
    "erk": {},
    "balanced": {},
    "uniform": {},
    "magnitude": {},
    "snip": {"samples_per_class": 2},
    "grasp": {"samples_per_class": 2},
    "synflow": {"rounds": 3},
}
CHANNELS, CLASSES = 2, 5


def network(case, seeds):
    stack = build(CASES[case][0], len(seeds), CHANNELS, CLASSES)
    stack.initialise([generator("initial weights", seed) for seed in seeds])
    return stack


@pytest.mark.parametrize("case", CASES)
def test_stack_has_the_logits_and_gradients_of_the_separate_networks(case):
    size, batch = CASES[case][1], 12
    random = torch.Generator().manual_seed(1)
    images = torch.randn(batch, 2, CHANNELS, size, size, generator=random, dtype=torch.float64)
    labels = torch.randint(CLASSES, (2, batch), generator=random)

    def found(stack, x, y):
        logits = stack.train()(x)
        names, parameters = zip(*stack.named_parameters(), strict=True)
        gradients = torch.autograd.grad(total_loss(logits, y, batch), parameters)
        split = stack.split(dict(zip(names, gradients, strict=True)))
        return {"logits": logits.detach(), **split, **{k: v for k, v in stack.checkpoint().items() if "running" in k}}

    together = found(network(case, [3, 4]).double(), images.flatten(1, 2), labels)
    for r, seed in enumerate([3, 4]):
        alone = found(network(case, [seed]).double(), images[:, r], labels[r : r + 1])
        for name, tensor in together.items():
            expected = alone[name][0]
            assert expected.abs().max() > 0, name
            assert (tensor[r] - expected).abs().max() < 1e-10 * expected.abs().max(), name


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("method", METHODS)
def test_density_is_exact_and_no_layer_is_empty(case, method):
    size, seeds, density = CASES[case][1], [0, 1], 0.06
    random = torch.Generator().manual_seed(0)
    pixels = torch.randint(256, (15, CHANNELS, size, size), generator=random).to(torch.uint8)
    labels = (torch.arange(15) % CLASSES)[:, None].repeat(1, 2)
    images = Images.place(pixels, labels, [128.0] * CHANNELS, [64.0] * CHANNELS, 0, torch.device("cpu"))
    stack = network(case, seeds)
    mask = choose({"name": method, **METHODS[method]}, stack, stack.everything(), images, seeds, density).mask
    shapes = stack.shapes()
    assert {name: kept.shape for name, kept in mask.items()} == {name: (2, *shape) for name, shape in shapes.items()}
    total = round(density * sum(shape.numel() for shape in shapes.values()))
    kept = torch.stack([layer.flatten(1).sum(1) for layer in mask.values()])
    assert kept.sum(0).tolist() == [total, total]
    assert kept.min() >= 1


def test_fan_in_of_a_depthwise_convolution_is_one_filter():
    stack = network("mobilenetv2-cifar", [0, 1])
    weights = {name: weight for name, weight in stack.prunable().items() if "depthwise" in name}
    assert len(weights) == 17
    for name, weight in weights.items():
        assert weight.shape[1:] == (1, 3, 3)
        assert 0.8 / 3 < weight.abs().max() <= 1 / 3, name
