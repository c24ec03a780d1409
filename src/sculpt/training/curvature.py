"""Gradient and Hessian of the mean cross-entropy of some images, within a mask: a pruned weight is no parameter.

A replicate's loss does not depend on the others, so the Hessian of their sum has a block for each, and one product with
it serves them all. The eigenvalue is the largest algebraic one, by Lanczos (1950; Golub and Van Loan, Matrix
Computations, 10.1), which finds it also where a negative one is larger in size, so that nothing has to be shifted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from sculpt.core.randomness import generator
from sculpt.models.frozen import apart, side_by_side
from sculpt.models.stacked import Stack

EXHAUSTED = 1e-10
"""A remainder of this share of the matrix's size is rounding: the start reaches no further direction."""


class Curvature:
    """The mean cross-entropy of some images around the parameters of a network as `frozen` makes it.

    within: (R, P) of `support`. x: (B, R * channels, H, W); labels: (R, B). losses: (R,). gradient: (R, P), zero
    outside the mask. Batches are not cut: B images are held at once, with all that leads to their gradient.
    """

    def __init__(self, network: Stack, within: Tensor, x: Tensor, labels: Tensor):
        self._network, self._within = network, within
        self._parameters = list(network.parameters())
        losses = mean_losses(network, x, labels)
        self._gradients = torch.autograd.grad(losses.sum(), self._parameters, create_graph=True)
        self.losses = losses.detach()
        self.gradient = side_by_side(network, [part.detach() for part in self._gradients]) * within

    def product(self, vectors: Tensor) -> Tensor:
        """The Hessian times a vector of each replicate, (R, P): the mask multiplies what goes in and what comes out."""
        given = apart(self._network, vectors * self._within)
        found = torch.autograd.grad(self._gradients, self._parameters, given, retain_graph=True)
        return side_by_side(self._network, list(found)) * self._within


def mean_losses(network: Stack, x: Tensor, labels: Tensor) -> Tensor:
    """The mean cross-entropy of each replicate, (R,)."""
    logits = network(x)
    return cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="none").view(labels.shape).mean(1)


def start(within: Tensor, purpose: str, seeds: list[int], *rest: int) -> Tensor:
    """Where Lanczos begins, float64 (R, P): normal numbers of (purpose, seed, *rest), zero outside the mask."""
    drawn = [
        torch.randn(within.shape[1], dtype=torch.float64, generator=generator(purpose, seed, *rest)) for seed in seeds
    ]
    return torch.stack(drawn).to(within.device) * within


class Eigenvalues(NamedTuple):
    """Of each matrix the largest algebraic eigenvalue and the norm of its residual; products: how many were taken."""

    values: list[float]
    residuals: list[float]
    products: int


def largest_eigenvalues(
    product: Callable[[Tensor], Tensor], begin: Tensor, most: int, tolerance: float = 0.0
) -> Eigenvalues:
    """Of R symmetric matrices, by at most so many products.

    product: (R, P) to (R, P), a row for each matrix, both as `begin`, no row of which is zero. The value is the
    Rayleigh quotient of a unit vector v, so it is never above the largest eigenvalue, and an eigenvalue lies within
    |A v - value v|, the residual. It stops where every residual is at most `tolerance` times the value's size. Every
    vector is made orthogonal to all before it, so `most` vectors are held.
    """
    basis = begin.new_zeros(most, *begin.shape)
    basis[0] = begin / begin.norm(dim=1, keepdim=True)
    diagonal, beside = [], []
    for k in range(most):
        found = product(basis[k])
        diagonal.append((found * basis[k]).sum(1))
        for _ in range(2):  # once leaves what rounding makes of it
            found = found - torch.einsum(
                "kr,krp->rp", torch.einsum("krp,rp->kr", basis[: k + 1], found), basis[: k + 1]
            )
        beside.append(found.norm(dim=1))
        if k + 1 == most or tolerance:
            values, residuals = _largest(torch.stack(diagonal, 1).tolist(), torch.stack(beside, 1).tolist())
            if all(left <= tolerance * abs(value) for value, left in zip(values, residuals, strict=True)):
                break
        if k + 1 < most:
            basis[k + 1] = found / beside[k][:, None].clamp(min=torch.finfo(found.dtype).tiny)
    return Eigenvalues(values, residuals, len(diagonal))


def _largest(diagonals: list[list[float]], besides: list[list[float]]) -> tuple[list[float], list[float]]:
    """Of each tridiagonal matrix, up to where its vectors end; the last number of `beside` is what leads out of it."""
    values, residuals = [], []
    for diagonal, beside in zip(diagonals, besides, strict=True):
        reached = _reached(diagonal, beside)
        inner = torch.tensor(beside[: reached - 1], dtype=torch.float64)
        matrix = torch.diag(torch.tensor(diagonal[:reached], dtype=torch.float64))
        found, vectors = torch.linalg.eigh(matrix + torch.diag(inner, 1) + torch.diag(inner, -1))
        values.append(float(found[-1]))
        residuals.append(abs(float(vectors[-1, -1])) * beside[reached - 1])
    return values, residuals


def _reached(diagonal: list[float], beside: list[float]) -> int:
    """How many vectors there are: fewer than were asked for where they span all that the first one reaches."""
    size = 0.0
    for k, (own, next_) in enumerate(zip(diagonal, beside, strict=True), start=1):
        size = max(size, abs(own), next_)
        if next_ <= EXHAUSTED * size:
            return k
    return len(diagonal)
