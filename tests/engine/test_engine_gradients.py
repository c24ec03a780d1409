"""Gradients against autograd in float64, which is given the engine's signs: single flips would hide any error."""

import pytest
import torch
from small_networks import MODELS, Case, activations, batch_of, reference_gradients

torch.set_num_threads(1)

TOLERANCE = 1e-4
"""Of the largest element of each gradient."""


ROUNDING = 1e-5
"""Of the largest element of all: what is left of a gradient that is nothing but for rounding. Batch norm removes the
scale of what is before it, so that a single weight of a channel, or a scale before another batch norm, has none."""


def assert_close(found, expected):
    largest = max(float(tensor.abs().max()) for tensor in expected.values())
    for name, tensor in expected.items():
        error, own = float((found[name].double() - tensor).abs().max()), float(tensor.abs().max())
        assert error < max(TOLERANCE * own, ROUNDING * largest), f"{name}: {error:.1e} of {own:.1e}"


@pytest.mark.parametrize("density", [1.0, 0.3, 0.03])
@pytest.mark.parametrize("name", MODELS)
def test_gradients_of_kept_weights_are_those_of_autograd(name, density):
    case = Case(name, density)
    network = case.network(recompute=False)
    draws = case.draws()[:1]
    loss, _ = network.train(case.images, 1, draws, [0.0])
    found = network.parameters.dense(network.parameters.gradient)
    expected_loss, expected = reference_gradients(case, batch_of(case, draws[0], 1), activations(network, 48))
    for weight, mask in case.mask.items():
        expected[weight] *= mask
    assert loss == pytest.approx(expected_loss, abs=1e-5)
    assert_close(found, expected)


@pytest.mark.parametrize("name", MODELS)
def test_gradients_of_all_weights_are_those_of_autograd(name):
    case = Case(name, 0.1)
    network = case.network(recompute=False)
    draws = case.draws()[:1]
    network.train(case.images, 1, draws, [0.0])
    before = network.weights()
    found = network.gradient(case.images, 1, draws[0])
    _, expected = reference_gradients(case, batch_of(case, draws[0], 1), activations(network, 48))
    assert_close(found, expected)
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.weights().items())
    assert any(found[name][~mask].any() for name, mask in case.mask.items())


def test_a_batch_with_images_missing_has_the_gradients_of_its_images():
    case = Case("resnet20")
    network = case.network(64, recompute=False)
    draws = case.draws(25)[:1]
    network.train(case.images, 0, draws, [0.0])
    _, expected = reference_gradients(case, batch_of(case, draws[0], 0), activations(network, 25))
    for weight, mask in case.mask.items():
        expected[weight] *= mask
    assert_close(network.parameters.dense(network.parameters.gradient), expected)
