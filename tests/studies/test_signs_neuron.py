"""One hidden neuron: its gradient, its start, and who learns from which signs."""

import numpy as np
import pytest
import torch

from sculpt.core.checkpoint import Checkpoint
from sculpt.studies.signs import neuron
from sculpt.studies.signs.analyses.one_neuron import analyse
from sculpt.studies.signs.quadrants import EXPECTED, STARTS

SEEDS, DRAWS = [0, 1, 2], 2


@pytest.fixture(scope="module")
def rows() -> list[dict]:
    node = Checkpoint("dense/long_4", SEEDS, {}, {})
    return analyse(node, None, None, None, {"name": "one_neuron", "draws": DRAWS})


def test_who_learns_follows_exactly_from_the_signs_at_the_start(rows):
    assert len(rows) == len(SEEDS) * 4 * DRAWS
    for row in rows:
        signs = (int(np.sign(row["w1"])), int(np.sign(row["a"])))
        assert {method: row[method] for method in EXPECTED} == {
            method: outcome[signs] for method, outcome in EXPECTED.items()
        }, row
        assert row["mask_found"]
        for method in EXPECTED:
            # Nothing lies near the threshold: a student learns all of the target, or nothing.
            assert row[f"{method}_loss"] == 0 if row[method] else row[f"{method}_loss"] > 0.1


def test_each_seed_has_each_pair_of_signs_as_often(rows):
    for seed in SEEDS:
        signs = [(np.sign(row["w1"]), np.sign(row["a"])) for row in rows if row["seed"] == seed]
        assert signs == list(STARTS) * DRAWS


def test_a_start_is_balanced_and_its_inputs_are_those_of_the_source():
    x, begun = neuron.start(7, 50)
    assert x.shape == (500, 10) and x.dtype == np.float64 and np.abs(x).max() <= 1
    assert abs(x.mean()) < 0.02 and x.var() == pytest.approx(1 / 3, rel=0.05), "uniform in [-1, 1]"
    assert np.allclose(begun.a**2, (begun.w**2).sum(1), rtol=1e-14)
    other, _ = neuron.start(8, 50)
    assert not np.array_equal(x, other)


def test_a_step_is_the_gradient_of_half_the_mean_squared_error(monkeypatch):
    monkeypatch.setattr(neuron, "STEPS", 1)
    x, begun = neuron.start(3, 1)
    keep = np.ones_like(begun.w, dtype=bool)
    keep[:, 4] = False
    w, a = (torch.tensor(part, requires_grad=True) for part in (begun.w * keep, begun.a))
    errors = torch.relu(torch.tensor(x) @ w.T) * a - torch.tensor(neuron.target(x))[:, None]
    (errors**2 / 2).mean(0).sum().backward()
    after = neuron.descend(begun, keep, x)
    assert np.allclose(after.w, (w - neuron.RATE * w.grad).detach().numpy() * keep, atol=1e-14)
    assert np.allclose(after.a, (a - neuron.RATE * a.grad).detach().numpy(), atol=1e-14)
    assert (after.w[:, 4] == 0).all()


def test_the_outcome_is_that_of_small_steps_too(monkeypatch):
    monkeypatch.setattr(neuron, "RATE", 0.1)
    monkeypatch.setattr(neuron, "STEPS", 2500)
    x, begun = neuron.start(0, 1)
    for method, student in neuron.trained(begun, x).items():
        assert (student.loss(x) < neuron.LEARNED).tolist() == [EXPECTED[method][signs] for signs in STARTS]


def test_the_one_dimensional_student_learns_only_from_two_positive_signs():
    x, begun = neuron.start(5, 3)
    first = np.zeros_like(begun.w, dtype=bool)
    first[:, 0] = True
    learned = neuron.descend(begun, first, x).loss(x) < neuron.LEARNED
    assert learned.tolist() == [signs == (1, 1) for signs in STARTS] * 3


def test_only_the_first_node_of_a_run_has_rows():
    node = Checkpoint("dense/cycle_2", SEEDS, {}, {})
    assert analyse(node, Checkpoint("dense/cycle_1", SEEDS, {}, {}), None, None, {"draws": 1}) == []
