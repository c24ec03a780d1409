"""What a training step costs: the kernels at a mask and with all weights, and the table of it."""

import pytest
import torch

from sculpt.core.checkpoint import Checkpoint
from sculpt.data.augmentation import Images
from sculpt.models.build import build
from sculpt.models.stacked import Stack
from sculpt.studies.costs.analyses import training_cost
from sculpt.studies.costs.steps import bytes_of_training, draws_of, kernels_for, one, stacked_steps, steps

SHAPE, CLASSES, BATCH = (1, 8, 8), 4, 16


def network() -> Stack:
    found = build({"name": "resnet20", "width": 2}, 2, SHAPE[0], CLASSES)
    found.initialise([torch.Generator().manual_seed(seed) for seed in range(2)])
    return found.eval()


def placed(device: str) -> Images:
    random = torch.Generator().manual_seed(3)
    pixels = torch.randint(256, (40, *SHAPE), generator=random, dtype=torch.uint8)
    labels = torch.randint(CLASSES, (40, 1), generator=random).repeat(1, 2)
    return Images.place(pixels, labels, [128.0], [64.0], 0, torch.device(device))


@pytest.fixture(scope="module")
def images() -> Images:
    return placed("cpu")


def checkpoint(stack: Stack, density: float) -> Checkpoint:
    weights, random = stack.checkpoint(), torch.Generator().manual_seed(2)
    prunable = stack.split(dict(stack.prunable()))
    mask = {name: torch.rand(tensor.shape, generator=random) < density for name, tensor in prunable.items()}
    return Checkpoint("cyclic/erk_0.3/cycle_1", [5, 6], weights | {n: weights[n] * mask[n] for n in mask}, mask)


def test_steps_train_and_leave_the_weights_as_they_are(images):
    stack = network()
    node, draws = checkpoint(stack, 0.3), draws_of(images, [5], BATCH)
    engine = kernels_for(stack, images, BATCH)
    engine.load(one(node.weights), one(node.mask))
    loss, _ = steps(engine, images, draws)()
    assert draws.shape == (2, 4, BATCH, 1)  # 40 images: the last 8 fill no batch
    assert loss > 0 and loss == steps(engine, images, draws)()[0]
    after = engine.weights()
    assert all(torch.equal(after[name], tensor) for name, tensor in one(node.weights).items() if "running" not in name)
    velocity = torch.cat([tensor.flatten() for tensor in engine.velocity])
    assert velocity.count_nonzero() > 0  # a step that had not gone back would leave none


def test_memory_counts_what_is_kept(images):
    stack = network()
    found = []
    for density in (1.1, 0.2):
        node = checkpoint(stack, density)
        engine = kernels_for(stack, images, BATCH)
        engine.load(one(node.weights), one(node.mask))
        found.append((bytes_of_training(engine), sum(int(mask[0].sum()) for mask in node.mask.values())))
        assert engine.programs.training.program.bytes < found[-1][0]
    (full, every), (few, kept) = found
    # Weight, velocity and gradient of each, and its place and value in the lists of either pass.
    assert full - few >= (3 * 4 + 2 * 8) * (every - kept)


def test_the_table_of_training_costs(images):
    stack = network()
    node = checkpoint(stack, 0.3)
    (row,) = training_cost.analyse(node, None, stack, lambda split: images, {"batch": BATCH, "rounds": 3, "steps": 9})
    assert (row["node"], row["seed"], row["batch"], row["steps"]) == ("cyclic/erk_0.3/cycle_1", 5, 16, 2)
    assert 0 < row["step_lower"] <= row["step_ms"] <= row["step_upper"] and row["dense_ms"] > 0
    assert row["peak_memory_mib"] > 0 and row["device_ms"] is None and row["processor"]


def test_what_the_kernels_cannot_train_has_an_empty_row(images):
    stack = network()
    for module in stack.modules():
        if hasattr(module, "eps"):
            module.eps = 0.5  # the kernels add their own
    node = checkpoint(stack, 0.3)
    (row,) = training_cost.analyse(node, None, stack, lambda split: images, {"batch": BATCH, "rounds": 2, "steps": 1})
    assert row["steps"] == 2 and all(row[name] is None for name in training_cost.MEASURED)


def test_steps_of_a_stack_train_all_seeds_and_leave_the_network(images):
    stack = network()
    node = checkpoint(stack, 0.3)
    stack.load(node.weights)
    before = {name: tensor.clone() for name, tensor in stack.checkpoint().items()}
    draws = draws_of(images, [5, 6], BATCH)
    assert draws.shape == (2, 4, BATCH, 2)
    stacked_steps(stack, node.mask, images, draws)()
    assert all(torch.equal(tensor, before[name]) for name, tensor in stack.checkpoint().items())


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_on_a_device_its_time_alone_is_measured():
    stack, there = network().to("cuda"), placed("cuda")
    node = checkpoint(network(), 0.3)
    stack.load(node.weights)
    (row,) = training_cost.analyse(node, None, stack, lambda split: there, {"batch": BATCH, "rounds": 3, "steps": 2})
    assert row["device_ms"] > 0 and row["processor"] and row["step_ms"] is None and row["steps"] == 2
