"""Distance to the decision boundary, by hand."""

import math

import pytest
import torch
from tiny import linear

from sculpt.studies.hardware.boundary import boundary_distances, closeness, margins


def test_margin_and_closeness_of_given_probabilities():
    logits = torch.tensor([[0.5, 0.3, 0.2], [1 / 3, 1 / 3, 1 / 3], [1e-30, 1.0, 1e-30]]).double().log()
    assert margins(logits).tolist() == pytest.approx([0.2, 0, 1])
    assert closeness(logits).tolist() == pytest.approx([1 - 0.38, 2 / 3, 0])


def test_a_linear_models_first_order_distance_is_the_distance():
    network = linear([[1.0, 0.0], [0.0, 2.0], [-5.0, -5.0]])
    x = torch.zeros(2, 2, 2, 2, dtype=torch.float64)
    x[0, 0], x[0, 1] = 3.0, 1.0  # logits 3 and 2, four positions, of which the network takes the mean
    x[1, 0], x[1, 1] = 1.0, 4.0  # logits 1 and 8
    slope = math.sqrt((1 + 2**2) / 4)
    assert boundary_distances(network, x).tolist() == [pytest.approx([1 / slope, 7 / slope])]
    # So far along the slope, both classes have the same logit.
    moved = x[:1] - (1 / slope) * torch.tensor([1.0, -2.0]).view(1, 2, 1, 1).double() / 4 / slope
    first, second, _ = network(moved)[0, 0].tolist()
    assert first == pytest.approx(second)


def test_where_the_input_decides_nothing_there_is_no_finite_distance():
    network = linear([[1.0, 1.0], [1.0, 1.0], [0.0, 0.0]])
    assert boundary_distances(network, torch.ones(1, 2, 1, 1, dtype=torch.float64)).tolist() == [[math.inf]]
