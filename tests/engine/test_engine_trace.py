"""The graph that is read off a model, and models that the engine refuses, each in one line that names the place."""

import re

import pytest
import torch
from torch import nn
from torch.nn.functional import relu

from sculpt.engine.errors import EngineError
from sculpt.engine.graph import Picture, Point, Pool, Shape
from sculpt.engine.trace import trace
from sculpt.models.build import build
from sculpt.models.stacked import BatchNorm, Stack, StackedLinear, conv

SHAPE = (3, 8, 8)


def traced(body, inputs=4, head=None):
    return trace(Stack(body, head or StackedLinear(1, inputs, 5)), SHAPE, 5)


def layers(*, before=(), after=(), convolution=None, norm=None):
    """A body of one convolution of 4 channels with batch norm, and what is asked for around it."""
    return nn.Sequential(*before, convolution or conv(1, 3, 4, 3), norm or BatchNorm(4), *after)


def test_a_residual_block():
    graph = trace(build({"name": "resnet20", "width": 4}, 1, 3, 5), SHAPE, 5)
    picture, stem, inner, block = graph.values[:4]
    assert picture == Picture(Shape(3, 8, 8))
    assert isinstance(stem, Point) and stem.activation == 1 and stem.other is None and graph.uses(1) == 2
    assert inner.terms[0].source == 1 and inner.shape == Shape(4, 8, 8)
    assert block.other == 1 and [term.source for term in block.terms] == [2]
    projected = [value for value in graph.values if isinstance(value, Point) and len(value.terms) == 2]
    assert [term.kernel for term in projected[0].terms] == [3, 1]
    assert projected[0].terms[1].norm == "body.stage2_1.shortcut.1"
    assert graph.head.weight == "head.weight" and graph.bias == "head.bias"
    assert len(graph.convolutions()) == 21


def test_convolutions_of_one_value_stand_side_by_side():
    graph = trace(build({"name": "resnet20", "width": 4}, 1, 3, 5), SHAPE, 5)
    names = [convolution.weight for convolution in graph.convolutions()]
    place = names.index("body.stage2_1.conv1.weight")
    assert names[place + 1] == "body.stage2_1.shortcut.0.weight"


def test_depthwise_convolutions_and_sums_without_activation():
    model = build({"name": "mobilenetv2", "width": 8, "stem": "cifar"}, 1, 3, 5)
    graph = trace(model, SHAPE, 5)
    points = [value for value in graph.values if isinstance(value, Point)]
    residual = sum(getattr(block, "residual", False) for block in model.body)
    assert sum(point.terms[0].groups > 1 for point in points) == 17
    assert sum(point.other is not None and point.activation == 0 for point in points) == residual
    assert {point.activation for point in points} == {0, 6}
    assert len(points) == 52, "no value is there twice"


def test_pools_and_strides_leave_what_torch_leaves():
    model = build({"name": "resnet18", "width": 4, "stem": "imagenet"}, 1, 3, 5)
    graph = trace(model, (3, 33, 37), 5)
    pool = next(value for value in graph.values if isinstance(value, Pool))
    assert (pool.kernel, pool.stride, pool.padding) == (3, 2, 1)
    found = {}
    for name, layer in model.named_modules():
        layer.register_forward_hook(lambda layer, inputs, output, name=name: found.update({name: output.shape}))
    model(torch.zeros(1, 3, 33, 37))
    for convolution in graph.convolutions():
        assert found[convolution.weight.removesuffix(".weight")][1:] == (
            convolution.shape.channels,
            convolution.shape.height,
            convolution.shape.width,
        )
    assert found["body.pool"][2:] == (pool.shape.height, pool.shape.width)


def test_the_halo_of_a_value_is_what_its_widest_window_reaches():
    graph = trace(build({"name": "resnet18", "width": 4, "stem": "imagenet"}, 1, 3, 5), (3, 33, 33), 5)
    assert [graph.halo(place) for place in range(4)] == [3, 0, 1, 1]
    assert graph.halo(len(graph.values) - 1) == 0


class Sum(nn.Module):
    """What is given, of a convolution's and its batch norm's output."""

    def __init__(self, function):
        super().__init__()
        self.conv, self.bn, self.function = conv(1, 3, 4, 3), BatchNorm(4), function

    def forward(self, x):
        return self.function(self.conv(x), self.bn)


BIASED = nn.Conv2d(3, 4, 3, padding=1)
REFUSED = {
    "a bias": (layers(convolution=BIASED), "the engine lacks Conv2d at body.0: allowed: odd squares"),
    "an even kernel": (layers(convolution=nn.Conv2d(3, 4, 2, bias=False)), "lacks Conv2d at body.0"),
    "other padding": (layers(convolution=nn.Conv2d(3, 4, 3, bias=False)), "lacks Conv2d at body.0"),
    "stride 3": (layers(convolution=conv(1, 3, 4, 3, 3)), "lacks Conv2d at body.0"),
    "dilation": (layers(convolution=nn.Conv2d(3, 4, 3, padding=1, dilation=2, bias=False)), "Conv2d at body.0"),
    "other channels": (layers(convolution=conv(1, 2, 4, 3)), "Conv2d at body.0: gets 3 channels, not 2"),
    "no batch norm": (nn.Sequential(conv(1, 3, 4, 3), nn.ReLU()), "lacks ReLU at body.1: allowed: behind a batch norm"),
    "batch norm first": (nn.Sequential(BatchNorm(3), conv(1, 3, 4, 3)), "lacks BatchNorm at body.0: allowed: right"),
    "another epsilon": (layers(norm=nn.BatchNorm2d(4, eps=1e-3)), "lacks BatchNorm2d at body.1: allowed: eps 1e-05"),
    "no scale": (layers(norm=nn.BatchNorm2d(4, affine=False)), "lacks BatchNorm2d at body.1"),
    "two activations": (layers(after=[nn.ReLU(), nn.ReLU6()]), "lacks ReLU6 at body.3"),
    "another activation": (layers(after=[nn.GELU()]), "the engine lacks GELU at body.2"),
    "dropout": (layers(after=[nn.ReLU(), nn.Dropout()]), "the engine lacks Dropout at body.3"),
    "a dilated pool": (layers(after=[nn.MaxPool2d(2, dilation=2)]), "the engine lacks MaxPool2d at body.2"),
    "a pool of nothing": (layers(after=[nn.MaxPool2d(9)]), "MaxPool2d at body.2: leaves nothing of 8 x 8 positions"),
    "a product": (Sum(lambda z, norm: norm(z) * 2), "the engine lacks mul"),
    "a sum with a number": (Sum(lambda z, norm: norm(z) + 1), "the engine lacks add: allowed: the sum of two values"),
    "a value with itself": (Sum(lambda z, norm: (lambda y: y + y)(relu(norm(z)))), "the sum of two different values"),
    "a convolution read twice": (Sum(lambda z, norm: z + relu(norm(z))), "lacks BatchNorm at body.bn: allowed: right"),
    "one read in place": (
        Sum(lambda z, norm: (lambda y: relu(y, inplace=True) + y)(norm(z))),
        "changes in place what something else reads too",
    ),
    "one read before its activation": (Sum(lambda z, norm: (lambda y: relu(y) + y)(norm(z))), "is read elsewhere too"),
    "a branch": (Sum(lambda z, norm: norm(z) if z.sum() > 0 else z), "the model's operations depend on values"),
}


@pytest.mark.parametrize("body, message", REFUSED.values(), ids=REFUSED.keys())
def test_what_the_engine_lacks_is_named(body, message):
    with pytest.raises(EngineError, match=re.escape(message)) as raised:
        traced(body)
    assert "\n" not in str(raised.value)


def test_a_stack_is_refused():
    with pytest.raises(EngineError, match="one replicate at a time, the model has 3"):
        trace(build({"name": "resnet20", "width": 4}, 3, 3, 5), SHAPE, 5)


def test_a_sum_of_two_batch_norms_and_identities_are_taken():
    graph = traced(layers(before=[nn.Identity()], after=[nn.Identity(), nn.ReLU(inplace=True), nn.Identity()]))
    assert [type(value) for value in graph.values] == [Picture, Point]
    assert graph.values[1].activation == 1
