"""Loss scaling: a step with a gradient that is not finite leaves no trace in its replicate but half the scale."""

import pytest
import torch
from small_nodes import data, empty_network, initial, settings

from sculpt.data.augmentation import epoch_draws
from sculpt.training.device import scaling
from sculpt.training.device.scaling import LossScaling
from sculpt.training.engine import started
from sculpt.training.records import TrainingError

CPU = torch.device("cpu")


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


def test_a_replicate_that_no_scale_helps_ends_the_job(monkeypatch):
    monkeypatch.setattr(scaling, "START", 2.0**26)
    seeds = (4, 7)
    images = data(seeds, n=9, shift=0)
    network = empty_network(seeds, images)
    network.load(initial(seeds, images))
    engine = started(settings(seeds, profile={"device": "cpu", "precision": "float16"}), network)
    engine.take()
    draws = epoch_draws(images, seeds, 0, len(images), flip=False)
    engine.train(images, draws, [0.05])
    assert engine.step.scaling.lost() == 0
    engine.step.scaling.scale[1] = 2.0**-25
    with pytest.raises(TrainingError, match="no scale of the loss makes the float16 gradients of 1 of 2 seeds finite"):
        engine.train(images, draws, [0.05])


def test_training_skips_and_recovers(monkeypatch):
    """From scales that overflow: while they do, nothing changes but they; then training goes on to a lower loss."""
    seeds = (0, 1)
    monkeypatch.setattr(scaling, "START", 2.0**26)
    images = data(seeds, n=9, shift=0)
    network = empty_network(seeds, images)
    network.load(initial(seeds, images))
    engine = started(settings(seeds, profile={"device": "cpu", "precision": "float16"}), network)
    engine.take()
    before, scales, losses = network.checkpoint(), [scaling.START] * len(seeds), []
    for number in range(16):
        draws = epoch_draws(images, seeds, number, len(images), flip=False)
        loss, _ = engine.train(images, draws, [0.05])
        found = engine.step.scaling.scale.tolist()
        for r, (scale, old) in enumerate(zip(found, scales, strict=True)):
            skipped = all(torch.equal(tensor[r], before[name][r]) for name, tensor in network.checkpoint().items())
            assert (scale == old / 2) if skipped else (scale == old)
        before, scales = network.checkpoint(), found
        losses.append(loss)
    assert all(2.0**5 < scale < 2.0**26 for scale in scales)
    assert (losses[-1] < losses[0] - 0.1).all()
