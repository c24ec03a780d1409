import torch
from hypothesis import given, settings
from kernel_cases import Norms, normalise, norms
from torch.nn.functional import batch_norm, relu, relu6

from sculpt.engine.library import load

ACTIVATIONS = {0: lambda t: t, 1: relu, 6: relu6}


def close(got, expected, **tolerance) -> None:
    torch.testing.assert_close(
        torch.as_tensor(got).double(), expected.detach(), **{"rtol": 1e-4, "atol": 1e-4} | tolerance
    )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(norms())
def test_batch_norm_activation_and_gradients_are_torchs(case: Norms) -> None:
    got = normalise(load(), case)
    maps = [torch.tensor(case.maps(n)).double().requires_grad_() for n in (1, 2)]
    parameters = [torch.tensor(case.numbers(n, case.channels)).double().requires_grad_() for n in (10, 11, 20, 21)]
    running = [torch.zeros(case.channels).double(), torch.ones(case.channels).double()]
    inner = batch_norm(maps[0], *running, *parameters[:2], training=True)
    if case.added == "value":
        inner = inner + maps[1]
    if case.added == "norm":
        inner = inner + batch_norm(maps[1], None, None, *parameters[2:], training=True)
    # Where a sum of the kernels lies on the other side of zero than here, the gradient follows the kernels.
    y = torch.tensor(got["y"]).double()
    close(y, ACTIVATIONS[case.activation](inner), atol=2e-5)
    passed = torch.ones_like(y) if case.activation == 0 else (y > 0) & ((y < 6) | (case.activation == 1))
    gradient = torch.tensor(case.numbers(3, case.count, case.channels, case.height, case.width)).double() * passed
    wanted = [maps[0], *parameters[:2]] + [maps[1], *parameters[2:]] * (case.added == "norm")
    changes = torch.autograd.grad(inner, wanted, gradient)
    close(got["first running_mean"], running[0])
    close(got["first running_variance"], running[1])
    if case.stored:
        close(got["behind"], gradient, rtol=0, atol=0)
    for name, order in (("first", 0), ("second", 3))[: len(changes) // 3]:
        close(got["dz" if name == "first" else "other dz"], changes[order])
        close(got[f"{name} weight_gradient"], changes[order + 1], atol=1e-3)
        close(got[f"{name} bias_gradient"], changes[order + 2], atol=1e-3)
