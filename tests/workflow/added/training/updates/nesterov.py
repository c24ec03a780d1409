"""SGD with Nesterov's momentum (Sutskever et al. 2013), which looks ahead along the velocity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sculpt.core.settings import Fraction, Section

if TYPE_CHECKING:
    from torch import Tensor


class Settings(Section):
    momentum: Fraction
    weight_decay: Annotated[float, Field(ge=0)]


def start(parameters: list[Tensor], settings: dict[str, Any]) -> Nesterov:
    return Nesterov(parameters, settings["momentum"], settings["weight_decay"])


class Nesterov:
    """d = g + weight_decay * w;  v <- momentum * v + d;  w <- w - rate * (d + momentum * v)."""

    def __init__(self, parameters: list[Tensor], momentum: float, weight_decay: float):
        import torch

        self.parameters, self.momentum, self.weight_decay = parameters, momentum, weight_decay
        self.state = [torch.zeros_like(parameter) for parameter in parameters]

    def step(self, gradients: tuple[Tensor, ...], rate: Tensor) -> None:
        import torch

        with torch.no_grad():
            steps = torch._foreach_add(list(gradients), self.parameters, alpha=self.weight_decay)
            torch._foreach_mul_(self.state, self.momentum)
            torch._foreach_add_(self.state, steps)
            torch._foreach_add_(steps, self.state, alpha=self.momentum)
            torch._foreach_sub_(self.parameters, torch._foreach_mul(steps, rate))
