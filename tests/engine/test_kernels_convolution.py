import torch
from hypothesis import given, settings
from kernel_cases import Convolution, convolutions, convolve
from torch.nn.functional import conv2d

from sculpt.engine.library import load


@settings(max_examples=60, deadline=None, derandomize=True)
@given(convolutions())
def test_convolution_and_both_gradients_are_torchs(case: Convolution) -> None:
    got = convolve(load(), case)
    numbers, weights = (torch.tensor(array).double().requires_grad_() for array in (case.numbers("in"), case.weights))
    gradient = torch.tensor(case.numbers("gradient")).double()
    out = conv2d(numbers, weights, stride=case.stride, padding=case.kernel // 2, groups=case.groups)
    change, of_weights = torch.autograd.grad(out, [numbers, weights], gradient)
    before, before_change = (torch.tensor(case.numbers(name)).double() * case.add for name in ("out", "in"))
    torch.testing.assert_close(torch.tensor(got["out"]).double(), out.detach() + before, rtol=2e-5, atol=2e-5)
    torch.testing.assert_close(torch.tensor(got["in"]).double(), change + before_change, rtol=2e-5, atol=2e-5)
    whole = torch.tensor(got["out"]).double()  # measured in passing
    mean, variance = whole.mean((0, 2, 3)), whole.var((0, 2, 3), correction=0)
    torch.testing.assert_close(torch.tensor(got["mean"]).double(), mean, rtol=1e-5, atol=1e-5)
    count = whole[:, 0].numel()
    if count > 1:
        wanted = 0.9 + 0.1 * variance * count / (count - 1)
        torch.testing.assert_close(torch.tensor(got["running_variance"]).double(), wanted, rtol=1e-5, atol=1e-5)
    kept = of_weights[torch.tensor(case.weights) != 0]
    torch.testing.assert_close(torch.tensor(got["weights"]).double(), kept, rtol=2e-5, atol=3e-4)
