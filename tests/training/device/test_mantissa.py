"""Mantissas of fewer bits: the nearest number, the even one of two, and gradients that pass."""

import pytest
import torch
from small_nodes import data, empty_network, initial

from sculpt.training.device.rounding import Rounding, rounded

ULP = 2.0**-10
"""Of numbers from 1 to 2 with 10 bits of mantissa."""


@pytest.mark.parametrize(
    ("value", "nearest"),
    [
        (0.0, 0.0),
        (1.0, 1.0),
        (1 + 0.49 * ULP, 1.0),
        (1 + 0.51 * ULP, 1 + ULP),
        (1 + 0.5 * ULP, 1.0),  # halfway: to the even one
        (1 + 1.5 * ULP, 1 + 2 * ULP),
        (-1 - 1.5 * ULP, -1 - 2 * ULP),
        (-1 - 0.5 * ULP, -1.0),
        (2 - 0.25 * ULP, 2.0),  # carries into the exponent
        (3.4028234e38, float("inf")),  # the largest float32
        (float("inf"), float("inf")),
        (float("-inf"), float("-inf")),
        (1e-45, 0.0),  # the smallest float32
    ],
)
def test_ten_bits_are_the_nearest(value, nearest):
    assert rounded(torch.tensor([value]), 10).tolist() == [nearest]


def test_nan_stays_nan():
    patterns = torch.tensor([0x7FC00000, 0x7FFFFFFF, -1, 0x7F800001], dtype=torch.int32)
    assert rounded(patterns.view(torch.float32), 10).isnan().all()


@pytest.mark.parametrize("bits", [1, 7, 22])
def test_any_number_of_bits(bits):
    """By arithmetic: m * 2**e with 1 <= m < 2, of which m * 2**bits is rounded; torch.round takes the even of two."""
    values = torch.randn(10_000, generator=torch.Generator().manual_seed(0))
    mantissa, exponent = torch.frexp(values.double())
    expected = torch.ldexp(torch.round(mantissa * 2.0 ** (bits + 1)) / 2.0 ** (bits + 1), exponent)
    assert torch.equal(rounded(values, bits).double(), expected)


def test_bfloat16_has_seven_bits():
    values = torch.randn(1000, generator=torch.Generator().manual_seed(1))
    assert torch.equal(rounded(values, 7), values.bfloat16().float())


def test_layouts_and_gradients_pass():
    x = torch.randn(2, 3, 4, 4).to(memory_format=torch.channels_last).requires_grad_()
    weight = torch.randn(5, 3, 1, 1, requires_grad=True)
    upstream = torch.randn(2, 5, 4, 4)
    with Rounding(4):
        y = torch.nn.functional.conv2d(x, weight)
    y.backward(upstream)
    plain_x, plain_weight = (rounded(t.detach(), 4).requires_grad_() for t in (x, weight))
    expected = torch.nn.functional.conv2d(plain_x, plain_weight)
    expected.backward(upstream)
    assert torch.equal(y, expected) and not torch.equal(plain_x, x)
    assert torch.equal(x.grad, plain_x.grad) and torch.equal(weight.grad, plain_weight.grad)


def test_every_product_of_a_network_is_rounded_and_nothing_else():
    """The output of each convolution and of the head is that of its rounded input and weight, the bias as it is."""
    seeds = (0, 1)
    images = data(seeds)
    network = empty_network(seeds, images)
    network.load(initial(seeds, images))
    torch.nn.init.normal_(network.head.bias)
    network.eval()
    x = images.plain(torch.arange(6), 2)[0]
    seen = []
    hooks = [
        module.register_forward_hook(lambda module, given, out: seen.append((module, given[0], out)))
        for module in network.modules()
        if isinstance(module, torch.nn.Conv2d) or module is network.head
    ]
    with torch.no_grad(), Rounding(4):
        network(x)
    for hook in hooks:
        hook.remove()
    assert len(seen) == len(network.prunable())
    with torch.no_grad():
        for module, given, out in seen:
            before = module.weight.clone()
            module.weight.copy_(rounded(before, 4))
            assert torch.equal(module(rounded(given, 4)), out) and not torch.equal(module.weight, before)
            module.weight.copy_(before)
