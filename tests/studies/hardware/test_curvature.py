"""Gradients and eigenvalues against the dense Hessian of a tiny network, and against closed forms."""

import math

import pytest
import torch
from tiny import SEEDS, inputs, linear, masked, smooth
from torch.func import functional_call

from sculpt.models.frozen import apart, frozen, held, parameters, support
from sculpt.models.stacked import BatchNorm, Stack, StackedLinear
from sculpt.training.curvature import Curvature, largest_eigenvalues, mean_losses, start


@pytest.fixture(scope="module")
def tiny():
    """A masked network of two replicates, and the dense Hessian of each, masked on both sides."""
    network = smooth()
    node = masked(network)
    still = frozen(network, node.weights)
    within, (x, labels) = support(still, node.mask), inputs(6)
    names = [name for name, _ in still.named_parameters()]

    def loss(flat):
        found = functional_call(still, dict(zip(names, apart(still, flat), strict=True)), (x,))
        return torch.nn.functional.cross_entropy(found.flatten(0, 1), labels.flatten(), reduction="sum") / 6

    point = parameters(still)
    whole = torch.autograd.functional.hessian(loss, point)
    assert (whole[0, :, 1] == 0).all()  # no replicate sees another
    blocks = torch.stack([whole[r, :, r] for r in range(2)])
    gradient = torch.autograd.functional.jacobian(loss, point)
    return Curvature(still, within, x, labels), within, blocks, gradient


def test_a_frozen_network_is_the_network_in_evaluation_mode_with_the_parameters_that_training_changes():
    network, (x, _) = smooth(), inputs(5)
    still = frozen(network, network.checkpoint())
    assert torch.allclose(still(x), network.double()(x), rtol=1e-12, atol=0)
    assert [name for name, _ in still.named_parameters()] == [name for name, _ in network.named_parameters()]
    assert parameters(still).shape == (2, 9 * 2 + 2 + 2 + 2 * 3 + 3)
    assert all(map(torch.equal, still.parameters(), network.parameters()))


def test_batch_norm_is_differentiated_twice_as_torchs_own_is():
    network, (x, labels) = smooth(), inputs(6)
    still = frozen(network, network.checkpoint())
    within = torch.ones_like(parameters(still))
    vectors = torch.randn(within.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    ours, torchs = (Curvature(one, within, x, labels) for one in (still, network.double()))
    assert torch.allclose(ours.gradient, torchs.gradient, rtol=1e-10, atol=1e-14)
    assert torch.allclose(ours.product(vectors), torchs.product(vectors), rtol=1e-10, atol=1e-14)


def test_running_statistics_are_no_parameters_and_may_be_those_of_another_network():
    network, (x, _) = smooth(), inputs(5)
    own = network.checkpoint()
    other = {name: tensor + 0.25 for name, tensor in own.items()}
    found = held(network, other, own)
    assert torch.equal(parameters(found), parameters(frozen(network, other)))
    mixed = {name: own[name] if "running" in name else tensor for name, tensor in other.items()}
    network.load(mixed)
    assert torch.allclose(found(x), network.double()(x), rtol=1e-12, atol=0)
    assert not torch.allclose(found(x), frozen(network, other)(x), rtol=1e-3)


def test_the_mask_is_on_prunable_weights_and_all_others_take_part():
    network = smooth()
    node = masked(network)
    within = support(frozen(network, node.weights), node.mask)
    kept = sum(mask.flatten(1).sum(1) for mask in node.mask.values())
    assert within.sum(1).tolist() == (kept + 2 + 2 + 3).tolist()


def test_gradient_and_product_are_those_of_the_dense_derivatives(tiny):
    curvature, within, blocks, gradient = tiny
    assert torch.allclose(curvature.gradient, gradient * within, rtol=1e-10, atol=1e-14)
    vectors = torch.randn(within.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    expected = torch.einsum("rpq,rq->rp", blocks, vectors * within) * within
    assert torch.allclose(curvature.product(vectors), expected, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("sign", [1, -1])  # -1: the largest of -H is the most negative of H, turned
def test_the_eigenvalue_is_the_largest_of_the_problem_that_the_mask_restricts(tiny, sign):
    curvature, within, blocks, _ = tiny
    values, residuals, _ = largest_eigenvalues(
        lambda v: sign * curvature.product(v), start(within, "group curvature", SEEDS, 0), 25
    )
    for r in range(2):
        kept = within[r] > 0
        spectrum = torch.linalg.eigvalsh(sign * blocks[r][kept][:, kept])
        assert values[r] == pytest.approx(float(spectrum[-1]), rel=1e-9) and residuals[r] < 1e-8
        assert values[r] < float(torch.linalg.eigvalsh(sign * blocks[r])[-1]) * 0.999  # not that of all weights


def test_the_largest_algebraic_eigenvalue_is_found_though_a_negative_one_dominates():
    spectrum = torch.cat([torch.tensor([-1000.0, -3.0, 2.0]), torch.linspace(-1, 1, 57)]).double()
    begin = torch.randn(1, 60, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    values, residuals, _ = largest_eigenvalues(lambda v: v * spectrum, begin, 30)
    assert values == [pytest.approx(2.0, rel=1e-9)] and residuals[0] < 1e-4


def test_the_residual_is_that_of_the_vector_and_bounds_the_error():
    spectrum = torch.linspace(-1, 4, 50).double()
    begin = torch.ones(1, 50, dtype=torch.float64)
    (few,), (wide,), _ = largest_eigenvalues(lambda v: v * spectrum, begin, 3)
    assert few < 4 and 4 - few <= wide  # not converged, and it shows
    assert (spectrum - few).abs().min() <= wide
    # Of one product: the Rayleigh quotient is the mean, and its residual the standard deviation.
    assert largest_eigenvalues(lambda v: v * spectrum, begin, 1) == (
        [pytest.approx(1.5)],
        [pytest.approx(float(spectrum.std(correction=0)))],
        1,
    )


def test_products_end_where_every_residual_is_small_enough():
    spectrum = torch.stack([torch.linspace(-1, 4, 50), torch.cat([torch.linspace(-1, 1, 49), torch.tensor([9.0])])])
    spectrum, begin = spectrum.double(), torch.ones(2, 50, dtype=torch.float64)
    every, until = (largest_eigenvalues(lambda v: v * spectrum, begin, 40, tolerance) for tolerance in (0.0, 1e-4))
    assert every.products == 40 and 3 < until.products < 40
    shares = [left / value for value, left in zip(until.values, until.residuals, strict=True)]
    assert max(shares) <= 1e-4
    before = largest_eigenvalues(lambda v: v * spectrum, begin, until.products - 1)
    assert max(left / value for value, left in zip(before.values, before.residuals, strict=True)) > 1e-4
    assert until.values == pytest.approx([4.0, 9.0], rel=1e-4)


def test_vectors_end_where_the_start_reaches_nothing_more():
    spectrum = torch.tensor([[-5.0, -2.0, -7.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]]).double()
    values, residuals, _ = largest_eigenvalues(lambda v: v * spectrum, torch.ones(3, 3, dtype=torch.float64), 10)
    # The first has only negative eigenvalues: a zero for vectors that are not there would be larger.
    assert values == pytest.approx([-2.0, 1.0, 0.0], rel=1e-12, abs=1e-12)
    assert residuals == pytest.approx([0, 0, 0], abs=1e-12)


def test_a_linear_model_has_closed_forms():
    network = linear([[0.0, 0.0], [0.0, 0.0]])  # both classes have probability 1/2
    x = torch.tensor([3.0, 2.0], dtype=torch.float64).view(1, 2, 1, 1)
    for keeps, square in (([True, True], 3**2 + 2**2 + 1), ([False, True], 2**2 + 1)):
        within = support(network, {"head.weight": torch.tensor([[keeps, keeps]])})
        curvature = Curvature(network, within, x, torch.tensor([[1]]))
        assert curvature.losses.tolist() == [pytest.approx(math.log(2))]
        assert curvature.gradient.norm().item() == pytest.approx(math.sqrt(square / 2))
        values, _, _ = largest_eigenvalues(curvature.product, start(within, "group curvature", [0], 0), 4)
        assert values == [pytest.approx(square / 2)]


def test_batch_norm_has_closed_forms():
    network = Stack(BatchNorm(1), StackedLinear(1, 1, 2)).eval()
    values = {"body.weight": 0.0, "body.bias": 0.0, "body.running_mean": 1.0, "body.running_var": 4 - 1e-5}
    weights = network.checkpoint() | {name: torch.tensor([[value]]).double() for name, value in values.items()}
    weights["head.weight"] = torch.tensor([[[0.0], [2.0]]])
    still = frozen(network, weights)
    # The image is 7, so the channel 3 * weight + bias = 0, and both classes have probability 1/2.
    curvature = Curvature(still, torch.ones(1, 6).double(), torch.full((1, 1, 1, 1), 7.0).double(), torch.tensor([[1]]))
    names = [name for name, _ in still.named_parameters()]
    assert names == ["body.weight", "body.bias", "head.weight", "head.bias"]
    assert curvature.gradient[0].tolist() == pytest.approx([-3, -1, 0, 0, 0.5, -0.5], abs=1e-6)
    # d2J = (dz)^2 / 4 - d2z / 2 of the lead z of class 1, in the directions (3, 1) of batch norm, (-1, 1) of the
    # head's weights and (-1, 1) of its bias, each of length 1.
    slope, bent = torch.tensor([40**0.5, 0, 2**0.5]).double(), torch.zeros(3, 3).double()
    bent[0, 1] = bent[1, 0] = 20**0.5
    largest = float(torch.linalg.eigvalsh(slope.outer(slope) / 4 - bent / 2)[-1])
    found, _, _ = largest_eigenvalues(curvature.product, start(torch.ones(1, 6).double(), "group curvature", [0], 0), 6)
    assert found == [pytest.approx(largest, rel=1e-6)]


def test_a_group_is_its_images_mean():
    network, (x, labels) = smooth(), inputs(6)
    still = frozen(network, network.checkpoint())
    whole = mean_losses(still, x, labels)
    halves = [mean_losses(still, x[part], labels[:, part]) for part in (slice(0, 3), slice(3, 6))]
    assert torch.allclose(whole, (halves[0] + halves[1]) / 2)


def test_lanczos_starts_where_seed_and_group_say_and_within_the_mask():
    within = torch.ones(2, 8, dtype=torch.float64)
    within[:, 3] = 0
    first, other = (start(within, "group curvature", seeds, 0) for seeds in ([0, 1], [1, 0]))
    assert torch.equal(first[0], other[1]) and (first[:, 3] == 0).all()
    assert not torch.equal(first, start(within, "group curvature", [0, 1], 1))
