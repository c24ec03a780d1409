"""SGD with momentum and weight decay, as torch.optim.SGD computes it.

Our own since the first step of torch's optimizers imports its compiler, which costs every job a second and is not used.
"""

from collections.abc import Iterable

import torch
from torch import Tensor


class SGD:
    """v <- momentum * v + g + weight_decay * w;  w <- w - rate * v, with v = g + weight_decay * w at the first step."""

    def __init__(self, parameters: list[Tensor], momentum: float, weight_decay: float):
        self.parameters = parameters
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.velocity: list[Tensor] | None = None

    @torch.no_grad()
    def step(self, gradients: tuple[Tensor, ...], rate: float) -> None:
        """Update the parameters in place; `gradients` in their order."""
        steps = torch._foreach_add(gradients, self.parameters, alpha=self.weight_decay)
        if self.velocity is None:
            self.restore(steps)
        else:
            torch._foreach_mul_(self.velocity, self.momentum)
            torch._foreach_add_(self.velocity, steps)
        torch._foreach_add_(self.parameters, self.velocity, alpha=-rate)

    def restore(self, velocity: Iterable[Tensor]) -> None:
        """Go on with this velocity. It takes the parameters' layout, on which the bits of a sum may depend."""
        self.velocity = [torch.empty_like(p).copy_(v) for p, v in zip(self.parameters, velocity, strict=True)]
