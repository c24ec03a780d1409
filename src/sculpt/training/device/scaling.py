"""Dynamic loss scaling: float16's gradients are too small for it, so the loss is multiplied before the backward pass.

Micikevicius et al. 2018 (arXiv 1710.03740), with the numbers of torch.amp.GradScaler. Our own, since that one waits for
the device, and since a seed's scale must not depend on the other seeds of its job.
"""

import torch
from torch import Tensor

START, STRETCH = 2.0**16, 2000
"""The scale at first, and the good steps in a row after which it is doubled."""
LEAST = 2.0**-24
"""The smallest float16: below it a scale only says that the gradients are not finite whatever it is."""


class LossScaling:
    """A scale for each replicate, which is halved at a gradient that is not finite; that step leaves no other trace.

    scale: (R,) float32. good: (R,) int64, the good steps since it changed.
    """

    def __init__(self, replicates: int, device: torch.device):
        self.scale = torch.full((replicates,), START, device=device)
        self.good = torch.zeros(replicates, dtype=torch.int64, device=device)

    @property
    def state(self) -> list[Tensor]:
        return [self.scale, self.good]

    def lost(self) -> int:
        """How many replicates train no more, since no scale makes their gradients finite. Waits for the device."""
        return int((self.scale < LEAST).sum())

    def unscaled(self, gradients: tuple[Tensor, ...]) -> tuple[tuple[Tensor, ...], Tensor]:
        """Gradients of the scaled losses over their scales, and (R,) whether all of a replicate's are finite."""
        found = tuple((self._split(given) / _beside(self.scale, given)).flatten(0, 1) for given in gradients)
        finite = [self._split(given).flatten(1).isfinite().all(1) for given in gradients]
        return found, torch.stack(finite).all(0)

    def settle(self, tensors: list[Tensor], before: list[Tensor], finite: Tensor) -> None:
        """Put back what a step changed where a gradient was not finite, and move the scales.

        tensors: all that the step changes, replicate-major; those of no dimension, such as a count, stay changed.
        """
        for tensor, old in zip(tensors, before, strict=True):
            if tensor.dim():
                changed, kept = self._split(tensor), self._split(old)
                changed.copy_(torch.where(_beside(finite, tensor), changed, kept))
        good = torch.where(finite, self.good + 1, 0)
        factor = torch.where(finite, torch.where(good == STRETCH, 2.0, 1.0), 0.5)
        self.scale.mul_(factor)
        self.good.copy_(torch.where(good == STRETCH, 0, good))

    def _split(self, tensor: Tensor) -> Tensor:
        return tensor.unflatten(0, (len(self.scale), -1))


def _beside(of_replicate: Tensor, tensor: Tensor) -> Tensor:
    """(R,) with as many dimensions as the replicate-major tensor has when it is split."""
    return of_replicate.view(-1, *[1] * tensor.dim())
