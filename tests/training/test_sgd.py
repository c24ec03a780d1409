"""The optimizer is torch.optim.SGD, to the rounding of its product of rate and velocity."""

import pytest
import torch

from sculpt.training.updates.sgd import start

torch.set_num_threads(1)

SHAPES = [(16, 3, 3, 3), (32, 16, 1, 1), (10, 32), (10,), (1,)]


def run(make, steps, memory_format=torch.contiguous_format):
    """Ten steps on made-up gradients; make(parameters) returns step(gradients, rate)."""
    random = torch.Generator().manual_seed(0)
    parameters = [torch.randn(shape, generator=random, dtype=torch.float64) for shape in SHAPES]
    parameters = [p.contiguous(memory_format=memory_format) if p.dim() == 4 else p for p in parameters]
    for parameter in parameters:
        parameter.requires_grad_()
    step = make(parameters)
    for i in range(steps):
        gradients = tuple(torch.randn(shape, generator=random, dtype=torch.float64) for shape in SHAPES)
        step(gradients, torch.tensor(0.1 / (i + 1), dtype=torch.float64))
    return [parameter.detach().clone() for parameter in parameters]


def torchs(momentum, weight_decay):
    def make(parameters):
        optimizer = torch.optim.SGD(parameters, lr=1.0, momentum=momentum, weight_decay=weight_decay, foreach=True)

        def step(gradients, rate):
            optimizer.param_groups[0]["lr"] = rate.item()
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter.grad = gradient.clone()
            optimizer.step()

        return step

    return make


def ours(momentum, weight_decay):
    return lambda parameters: (
        start(parameters, {"name": "sgd", "momentum": momentum, "weight_decay": weight_decay}).step
    )


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize(("momentum", "weight_decay"), [(0.9, 5e-4), (0.9, 0.0), (0.0, 1e-2), (0.0, 0.0)])
def test_ten_steps_equal_torchs(momentum, weight_decay, memory_format):
    expected = run(torchs(momentum, weight_decay), 10, memory_format)
    found = run(ours(momentum, weight_decay), 10, memory_format)
    start = run(ours(momentum, weight_decay), 0, memory_format)
    for a, b, before in zip(found, expected, start, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-13, atol=1e-13)
        assert not torch.equal(a, before)


def test_gradients_are_left_as_they_were():
    parameters = [torch.ones(3, requires_grad=True)]
    optimizer = start(parameters, {"name": "sgd", "momentum": 0.5, "weight_decay": 0.1})
    gradients = (torch.full((3,), 2.0),)
    for _ in range(3):
        optimizer.step(gradients, torch.tensor(0.1))
    assert gradients[0].tolist() == [2.0] * 3


def test_two_steps_by_hand():
    parameter = torch.tensor([1.0], dtype=torch.float64, requires_grad=True)
    optimizer = start([parameter], {"name": "sgd", "momentum": 0.5, "weight_decay": 0.1})
    optimizer.step((torch.tensor([2.0], dtype=torch.float64),), torch.tensor(0.1, dtype=torch.float64))
    # v = 2 + 0.1 * 1 = 2.1, w = 1 - 0.1 * 2.1
    assert parameter.item() == pytest.approx(0.79)
    optimizer.step((torch.tensor([1.0], dtype=torch.float64),), torch.tensor(0.2, dtype=torch.float64))
    # v = 0.5 * 2.1 + 1 + 0.1 * 0.79 = 2.129, w = 0.79 - 0.2 * 2.129
    assert parameter.item() == pytest.approx(0.3642)
