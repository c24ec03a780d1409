"""Lion (Chen et al. 2023, arXiv 2302.06675): each weight moves by the rate, along the sign of its momentum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sculpt.core.settings import Fraction, Section

if TYPE_CHECKING:
    from torch import Tensor


class Settings(Section):
    look: Annotated[Fraction, Field(description="share of the momentum in the direction of a step")]
    momentum: Annotated[Fraction, Field(description="share of the momentum that is kept")]
    weight_decay: Annotated[float, Field(ge=0)]


def start(parameters: list[Tensor], settings: dict[str, Any]) -> Lion:
    return Lion(parameters, settings)


class Lion:
    """w <- w - rate * (sign(look * m + (1 - look) * g) + weight_decay * w);  m <- momentum * m + (1 - momentum) * g."""

    def __init__(self, parameters: list[Tensor], settings: dict[str, Any]):
        import torch

        self.parameters, self.settings = parameters, settings
        self.state = [torch.zeros_like(parameter) for parameter in parameters]

    def step(self, gradients: tuple[Tensor, ...], rate: Tensor) -> None:
        import torch

        look, momentum = self.settings["look"], self.settings["momentum"]
        with torch.no_grad():
            steps = torch._foreach_mul(self.state, look)
            torch._foreach_add_(steps, gradients, alpha=1 - look)
            torch._foreach_sign_(steps)
            torch._foreach_add_(steps, self.parameters, alpha=self.settings["weight_decay"])
            torch._foreach_sub_(self.parameters, torch._foreach_mul(steps, rate))
            torch._foreach_mul_(self.state, momentum)
            torch._foreach_add_(self.state, gradients, alpha=1 - momentum)
