"""Taylor's expansion of a group's loss from one network to another, and the bound that it leads to.

The bound is that of Tran et al. 2022 (arXiv 2205.13574, Theorem 1) for the parameters of another execution profile,
without its term of third order: a definition of this project. It holds to second order. Nothing says that it holds for
a step as large as training under another profile makes, so the remainder stands beside it. Both are statements about
the step in the parameters alone, which leaves batch norm's running statistics as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from sculpt.training.curvature import Curvature


@dataclass(frozen=True)
class Expansion:
    """Of each replicate, (R,): the step's length, the gradient's norm, and the terms g.d and d'Hd / 2."""

    distance: Tensor
    gradient_norm: Tensor
    linear: Tensor
    quadratic: Tensor

    @classmethod
    def along(cls, curvature: Curvature, step: Tensor) -> Expansion:
        """step: (R, P), zero where the curvature's mask is."""
        return cls(
            step.norm(dim=1),
            curvature.gradient.norm(dim=1),
            (curvature.gradient * step).sum(1),
            (step * curvature.product(step)).sum(1) / 2,
        )

    def remainder(self, change: Tensor) -> Tensor:
        """What the second order leaves of the step's change of the loss (R,): of third order, where that is smooth."""
        return change - (self.linear + self.quadratic)

    def bound(self, eigenvalue: Tensor) -> Tensor:
        """|g| |d| + max(eigenvalue, 0) |d|^2 / 2."""
        return self.gradient_norm * self.distance + eigenvalue.clamp(min=0) * self.distance.square() / 2
