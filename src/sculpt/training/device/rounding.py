"""Products of numbers that have fewer bits of mantissa, emulated in float32."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

FLOAT32 = 23
"""Bits of float32's mantissa, without the leading one."""


class Rounding(TorchFunctionMode):
    """A context in which convolutions and the head take inputs and weights of `bits` bits of mantissa (10: TF32's).

    Sums are in float32. Gradients pass a rounding unchanged. They are not rounded where they enter a product of the
    backward pass, as TF32 would round them. The head's bias enters no product.
    """

    def __init__(self, bits: int):
        super().__init__()
        self.bits = bits

    def __torch_function__(
        self, function: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if function is torch.conv2d:
            images, weight, *rest = args
            args = (_Rounded.apply(images, self.bits), _Rounded.apply(weight, self.bits), *rest)
        elif function is torch.baddbmm:
            bias, features, weight = args
            args = (bias, _Rounded.apply(features, self.bits), _Rounded.apply(weight, self.bits))
        return function(*args, **(kwargs or {}))


def rounded(values: Tensor, bits: int) -> Tensor:
    """float32 values to the nearest ones with `bits` bits of mantissa, 1 to 22; the even one of two; NaN stays NaN.

    Added to a float's bits, half of the last kept one carries as rounding does, from the mantissa into the exponent.
    """
    dropped = FLOAT32 - bits
    pattern = values.view(torch.int32)
    odd = (pattern >> dropped) & 1
    nearest = (pattern + ((1 << (dropped - 1)) - 1 + odd)) & -(1 << dropped)
    return torch.where(values.isfinite(), nearest.view(torch.float32), values)


class _Rounded(torch.autograd.Function):
    """Rounds; the gradient passes straight through (Bengio et al. 2013, arXiv 1308.3432)."""

    @staticmethod
    def forward(context: Any, values: Tensor, bits: int) -> Tensor:
        return rounded(values, bits)

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor, None]:
        return gradient, None
