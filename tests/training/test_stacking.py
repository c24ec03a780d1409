"""The seeds of a job as one stack or one after the other: by the shape, with results of one form."""

from dataclasses import replace

import pytest
import torch
from small_nodes import MODEL, data, empty_network, full, initial, prune_to, run, same, settings

from sculpt.training import stacking
from sculpt.training.inputs import Data, Start
from sculpt.training.stacking import train_seeds


def both(seeds, told=lambda *progress: None, **other):
    """A pruned node through `train_seeds`."""
    images = data(seeds, noise=0.5)
    start = initial(seeds, images)
    given = settings(seeds, **prune_to(0.2), **other)
    validation = data(seeds, 12, 0, key=1)
    network = empty_network(seeds, images)
    return train_seeds(given, network, Start(start, full(seeds), start), Data(images, validation), told)


def alone(seed):
    images = data([seed], noise=0.5)
    start = initial([seed], images)
    return run([seed], weights=start, scored=start, mask=full([seed]), images=images, **prune_to(0.2))


def test_one_after_the_other_is_each_seed_alone_in_the_form_of_a_stack(monkeypatch):
    seeds, told = [3, 1, 2], []
    stack = both(seeds)
    monkeypatch.setattr(stacking, "STACKED_FLOPS", 0)
    found = both(seeds, lambda *progress: told.append(progress[:2]))
    for i, seed in enumerate(seeds):
        one = alone(seed)
        assert same({name: tensor[i : i + 1] for name, tensor in found.weights.items()}, one.weights)
        assert same({name: tensor[i : i + 1] for name, tensor in found.mask.items()}, one.mask)
        assert [row for row in found.history if row["seed"] == seed] == one.history
        assert found.records[i] == one.records[0]
    assert [(row["epoch"], row["seed"]) for row in found.history] == [
        (row["epoch"], row["seed"]) for row in stack.history
    ]
    assert {name: tensor.shape for name, tensor in found.weights.items()} == {
        name: tensor.shape for name, tensor in stack.weights.items()
    }
    assert same(found.mask, stack.mask)
    assert not same(found.weights, stack.weights), "one replicate rounds otherwise than a stack"
    assert told == [(i, 6) for i in range(1, 7)]


@pytest.mark.parametrize(
    ("width", "size", "batch", "stacked"),
    [(8, 8, 64, True), (8, 16, 128, True), (16, 8, 256, False), (16, 16, 128, False), (16, 32, 256, False)],
)
def test_shapes_whose_stack_is_slower_are_not_stacked(monkeypatch, width, size, batch, stacked):
    calls = []
    monkeypatch.setattr(stacking, "train", lambda given, *rest: calls.append(given["seeds"]) or run(given["seeds"]))
    seeds, model = [0, 1], MODEL | {"width": width}
    images = data(seeds)
    images = replace(images, pixels=torch.zeros(1, size + 2, size + 2, 1, dtype=torch.uint8))
    network = empty_network(seeds, images, model)
    checkpoint, mask = network.checkpoint(), full(seeds, model)
    given = settings(seeds, model=model, batch_size=batch)
    train_seeds(given, network, Start(checkpoint, mask), Data(images, images), None)
    assert calls == ([[0, 1]] if stacked else [[0], [1]])
