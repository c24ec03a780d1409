"""ResNet-20: its size, what may be pruned, and its logits against a plain reference."""

import math

import pytest
import torch
from torch.nn.functional import batch_norm, conv2d, linear, relu

from sculpt.models.build import build

torch.set_num_threads(1)

STAGES = [(stage, block) for stage in (1, 2, 3) for block in (1, 2, 3)]


def reference(p, images, training):
    """ResNet-20 with projection shortcuts, written from He et al. (2015); p: tensors of one network by name."""

    def norm(x, name):
        mean, var = p[f"{name}.running_mean"].clone(), p[f"{name}.running_var"].clone()
        return batch_norm(x, mean, var, p[f"{name}.weight"], p[f"{name}.bias"], training)

    x = relu(norm(conv2d(images, p["body.conv.weight"], padding=1), "body.bn"))
    for stage, block in STAGES:
        name = f"body.stage{stage}_{block}"
        stride = 2 if (stage, block) in {(2, 1), (3, 1)} else 1
        y = relu(norm(conv2d(x, p[f"{name}.conv1.weight"], stride=stride, padding=1), f"{name}.bn1"))
        y = norm(conv2d(y, p[f"{name}.conv2.weight"], padding=1), f"{name}.bn2")
        if stride == 2:
            x = norm(conv2d(x, p[f"{name}.shortcut.0.weight"], stride=2), f"{name}.shortcut.1")
        x = relu(x + y)
    return linear(x.flatten(2).mean(2), p["head.weight"], p["head.bias"])


def test_prunable_weights_at_width_16():
    shapes = build({"name": "resnet20", "width": 16}, 1, channels=3, classes=10).shapes()
    assert len(shapes) == 22
    assert sum(math.prod(shape) for shape in shapes.values()) == 270_896
    first, *_, last = shapes
    assert (first, last) == ("body.conv.weight", "head.weight")
    assert shapes["head.weight"] == (10, 64)
    pointwise = [shape for shape in shapes.values() if shape[2:] == (1, 1)]
    assert pointwise == [(32, 16, 1, 1), (64, 32, 1, 1)], "projection shortcuts; identity ones would give 268,336"


@pytest.mark.parametrize("replicates", [1, 3])
def test_only_convolutions_and_the_classifier_are_prunable(replicates):
    network = build({"name": "resnet20", "width": 4}, replicates, channels=1, classes=7)
    prunable, parameters = network.prunable(), dict(network.named_parameters())
    assert all(parameters[name] is weight for name, weight in prunable.items())
    # What is left: a scale and a bias for each of 19 + 2 batch norms, and the head's bias. All of them are vectors.
    rest = parameters.keys() - prunable.keys()
    assert len(rest) == 2 * 21 + 1
    assert all(parameters[name].dim() == 1 for name in rest)
    assert {weight.dim() for weight in prunable.values()} == {2, 4}
    assert all(tuple(weight.shape)[1:] == tuple(network.shapes()[name])[1:] for name, weight in prunable.items())


@pytest.mark.parametrize(("size", "width"), [(8, 8), (13, 4)])
@pytest.mark.parametrize("training", [True, False])
def test_logits_are_those_of_a_plain_network(size, width, training):
    network = build({"name": "resnet20", "width": width}, replicates=2, channels=3, classes=10).double().train(training)
    random = torch.Generator().manual_seed(size)
    state = {}
    for name, tensor in network.checkpoint().items():
        state[name] = torch.randn(tensor.shape, generator=random, dtype=torch.float64) / 3
        if "running_var" in name:
            state[name] = 0.3 + state[name].abs()
    network.load(state)
    images = torch.randn(4, 2, 3, size, size, generator=random, dtype=torch.float64)
    logits = network(images.flatten(1, 2))
    for r in range(2):
        expected = reference({name: tensor[r] for name, tensor in state.items()}, images[:, r], training)
        assert expected.std() > 0.01
        assert (logits[r] - expected).abs().max() < 1e-10 * expected.abs().max()
