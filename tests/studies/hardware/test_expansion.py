"""Taylor's expansion: exact for a quadratic, of third order on a smooth network, and a bound to second order."""

from itertools import pairwise
from types import SimpleNamespace

import pytest
import torch
from tiny import inputs, masked, smooth

from sculpt.models.frozen import apart, frozen, parameters, support
from sculpt.studies.hardware.expansion import Expansion
from sculpt.training.curvature import Curvature, mean_losses


def quadratic(gradient, hessian):
    gradient, hessian = (torch.tensor(values, dtype=torch.float64) for values in (gradient, hessian))
    return SimpleNamespace(gradient=gradient, product=lambda v: torch.einsum("rpq,rq->rp", hessian, v))


def test_a_quadratic_by_hand():
    curvature = quadratic([[3.0, 4.0]], [[[2.0, 0.0], [0.0, -6.0]]])
    found = Expansion.along(curvature, torch.tensor([[1.0, 2.0]]).double())
    assert found.distance.item() == pytest.approx(5**0.5) and found.gradient_norm.item() == 5
    assert found.linear.item() == 11 and found.quadratic.item() == 1 - 12
    assert found.remainder(torch.tensor([0.5])).item() == 0.5
    assert found.bound(torch.tensor([2.0]).double()).item() == pytest.approx(5 * 5**0.5 + 5)
    assert found.bound(torch.tensor([-2.0]).double()).item() == pytest.approx(5 * 5**0.5)  # no curvature helps


def test_the_bound_is_never_below_a_quadratics_change_and_equals_it_along_the_steepest_curvature():
    random = torch.Generator().manual_seed(3)
    matrix = torch.randn(40, 5, 5, dtype=torch.float64, generator=random)
    matrix = matrix + matrix.mT
    gradient, step = torch.randn(2, 40, 5, dtype=torch.float64, generator=random)
    spectrum, vectors = torch.linalg.eigh(matrix)
    curvature = SimpleNamespace(gradient=gradient, product=lambda v: torch.einsum("rpq,rq->rp", matrix, v))
    found = Expansion.along(curvature, step)
    assert (found.bound(spectrum[:, -1]) >= found.linear + found.quadratic).all()
    curvature.gradient, steepest = 0.3 * vectors[:, :, -1], 2 * vectors[:, :, -1]
    found, upward = Expansion.along(curvature, steepest), spectrum[:, -1] > 0
    assert upward.any()
    assert torch.allclose(found.bound(spectrum[:, -1])[upward], (found.linear + found.quadratic)[upward])


def test_the_remainder_shrinks_with_the_third_power_of_the_step():
    network = smooth()
    node = masked(network)
    here, there = (frozen(network, node.weights) for _ in range(2))
    within, (x, labels) = support(here, node.mask), inputs(6)
    curvature = Curvature(here, within, x, labels)
    step = torch.randn(within.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(6)) * within
    remainders = []
    for share in (0.01, 0.005, 0.0025):
        with torch.no_grad():
            for parameter, value in zip(there.parameters(), apart(there, parameters(here) + share * step), strict=True):
                parameter.copy_(value)
            change = mean_losses(there, x, labels) - curvature.losses
        remainders.append(Expansion.along(curvature, share * step).remainder(change))
    for wide, narrow in pairwise(remainders):
        assert torch.allclose(wide / narrow, torch.tensor(8.0).double(), rtol=0.1), (wide, narrow)
