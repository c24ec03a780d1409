"""Loss scaling: a step with a gradient that is not finite leaves no trace in its replicate but half the scale."""

import torch
from small_nodes import run, same, settings

from sculpt.training.device import scaling
from sculpt.training.device.scaling import LossScaling

CPU = torch.device("cpu")
FLOAT16 = {"device": "cpu", "precision": "float16"}


def test_gradients_come_back_to_their_size_and_each_replicate_is_judged_alone():
    scaled = LossScaling(2, CPU)
    scaled.scale.copy_(torch.tensor([4.0, 8.0]))
    given = (torch.tensor([4.0, 8.0, 8.0, 16.0]), torch.tensor([[12.0], [24.0]]))
    found, finite = scaled.unscaled(given)
    assert found[0].tolist() == [1.0, 2.0, 1.0, 2.0] and found[1].tolist() == [[3.0], [3.0]]
    assert finite.tolist() == [True, True]
    _, finite = scaled.unscaled((given[0], torch.tensor([[12.0], [float("nan")]])))
    assert finite.tolist() == [True, False]
    _, finite = scaled.unscaled((torch.tensor([1.0, float("-inf"), 1.0, 1.0]), given[1]))
    assert finite.tolist() == [False, True]


def test_a_bad_step_is_undone_and_the_scale_goes_down_and_up_again(monkeypatch):
    monkeypatch.setattr(scaling, "STRETCH", 2)
    scaled = LossScaling(2, CPU)
    weights, count = torch.zeros(4, 3), torch.zeros(())

    def step(*finite):
        before = [weights.clone(), count.clone()]
        weights.add_(1)
        count.add_(1)
        scaled.settle([weights, count], before, torch.tensor(finite))
        return weights[::2, 0].tolist(), (scaled.scale / scaling.START).tolist()

    assert step(True, False) == ([1.0, 0.0], [1.0, 0.5])
    assert step(True, True) == ([2.0, 1.0], [2.0, 0.5])
    assert step(False, True) == ([2.0, 2.0], [1.0, 1.0])
    assert step(True, True) == ([3.0, 3.0], [1.0, 1.0])
    assert count == 4 and scaled.good.tolist() == [1, 1]


def test_training_skips_and_recovers(monkeypatch):
    """From a scale that overflows: after some halvings it trains; a plain float16 scale trains at once."""
    assert not same(run(profile=FLOAT16, epochs=1, stretch=1).weights, run(profile=FLOAT16, epochs=2).weights)
    usual = run(profile=FLOAT16)
    monkeypatch.setattr(scaling, "START", 2.0**40)
    skipping = run(profile=FLOAT16, epochs=12)
    assert not same(usual.weights, skipping.weights)
    assert all(torch.isfinite(tensor).all() for tensor in skipping.weights.values())
    first, last = skipping.history[0], skipping.history[-2]
    assert last["train_loss"] < first["train_loss"]


def test_settings_of_another_precision_scale_nothing():
    assert settings((0,))["profile"]["precision"] == "float32"
