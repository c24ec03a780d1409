"""What a network costs: one replicate of a stack under both engines, and the table of it."""

import dataclasses
import os

import numpy as np
import pytest
import torch

from sculpt.core.checkpoint import Checkpoint
from sculpt.data.augmentation import Images
from sculpt.engine.network import Network
from sculpt.models.build import build
from sculpt.models.restacked import single
from sculpt.models.stacked import Stack
from sculpt.studies.hardware.analyses import costs
from sculpt.studies.hardware.memory import bytes_of_kernels, peak_rise
from sculpt.studies.hardware.runs import runs_of

SHAPE, CLASSES = (1, 8, 8), 4
MODELS = {
    "resnet20": {"name": "resnet20", "width": 2},
    "mobilenetv2": {"name": "mobilenetv2", "width": 8, "stem": "cifar"},
}


def network(name: str = "resnet20", replicates: int = 2) -> Stack:
    found = build(MODELS[name], replicates, SHAPE[0], CLASSES)
    found.initialise([torch.Generator().manual_seed(seed) for seed in range(replicates)])
    random = torch.Generator().manual_seed(9)
    for buffer in found.buffers():
        buffer.copy_(torch.rand(buffer.shape, generator=random) + 0.5)
    return found.eval()


@pytest.fixture(scope="module")
def images() -> Images:
    random = torch.Generator().manual_seed(3)
    pixels = torch.randint(256, (20, *SHAPE), generator=random, dtype=torch.uint8)
    labels = torch.randint(CLASSES, (20, 1), generator=random).repeat(1, 2)
    return Images.place(pixels, labels, [128.0], [64.0], 0, torch.device("cpu"))


def checkpoint(stack: Stack, density: float) -> Checkpoint:
    weights, random = stack.checkpoint(), torch.Generator().manual_seed(2)
    prunable = stack.split(dict(stack.prunable()))
    mask = {name: torch.rand(tensor.shape, generator=random) < density for name, tensor in prunable.items()}
    return Checkpoint("dense/cycle_1", [5, 6], weights | {n: weights[n] * mask[n] for n in mask}, mask)


@pytest.mark.parametrize("name", MODELS)
@torch.no_grad()
def test_one_replicate_of_a_stack_computes_what_it_did(name, images):
    stack = network(name)
    x, _ = images.plain(torch.arange(5), 2)
    for replicate in range(2):
        alone = single(stack, stack.checkpoint(), replicate)
        assert alone.replicates == 1
        assert torch.allclose(alone(x[:, replicate : replicate + 1])[0], stack(x)[replicate], atol=1e-5)


def test_both_engines_evaluate_the_first_seed_on_the_same_images(images):
    stack = network()
    node = checkpoint(stack, 0.3)
    stack.load(node.weights)
    runs = runs_of(stack, node, images, (1, 30))  # 30: the split has 20 images, so ten of them come twice
    assert set(runs) == {(engine, batch) for engine in ("torch", "kernels") for batch in (1, 30)}
    index = torch.arange(30) % 20
    with torch.no_grad():
        expected = stack(images.plain(index, 2)[0])[0]
    for batch in (1, 30):
        logits, predictions = runs["torch", batch].call(), runs["kernels", batch].call()
        assert torch.allclose(logits[0], expected[:batch], atol=1e-5)
        assert np.array_equal(predictions, expected[:batch].argmax(1).numpy())


def test_the_kernels_hold_what_is_kept(images):
    stack = network(replicates=1)
    found = []
    for density in (1.1, 0.2):
        node = checkpoint(stack, density)
        engine = Network(stack, SHAPE, CLASSES)
        engine.load({n: t[0] for n, t in node.weights.items()}, {n: t[0] for n, t in node.mask.items()})
        found.append((bytes_of_kernels(engine), sum(int(mask.sum()) for mask in node.mask.values())))
        assert engine.programs.evaluation.bytes < found[-1][0]
    (full, every), (few, kept) = found
    # A parameter, and of each entry its place and its value; then offsets and groups, which lists may share.
    assert full - few >= 4 * (every - kept)


@pytest.mark.skipif(not os.access("/proc/self/clear_refs", os.W_OK), reason="the high-water mark cannot be set back")
def test_the_memory_of_a_call_is_what_it_touches():
    size, held = 16 * 2**20, []
    assert 15 < peak_rise(lambda: np.ones(size, np.uint8).sum()) < 20
    assert peak_rise(lambda: np.empty(size, np.uint8)) < 4  # pages that are never touched take none
    assert 15 < peak_rise(lambda: held.append(np.ones(size, np.uint8))) < 20
    assert peak_rise(lambda: held[0].sum()) < 4  # and what is resident already is not the call's


def test_where_the_mark_cannot_be_set_back_no_memory_is_told(tmp_path):
    assert peak_rise(lambda: None, tmp_path / "nowhere") is None


def test_the_table(images):
    stack = network()
    node = checkpoint(stack, 0.3)
    rows = costs.analyse(node, None, stack, lambda split: images, {"batch": 4, "rounds": 2})
    places = [(row["engine"], row["batch"]) for row in rows]
    assert places == [("kernels", 1), ("kernels", 4), ("torch", 1), ("torch", 4)]
    prunable = sum(mask[0].numel() for mask in node.mask.values())
    kept = sum(int(mask[0].sum()) for mask in node.mask.values())
    numbers = sum(tensor[0].numel() for tensor in node.weights.values())
    packed = 4 * (numbers - prunable + kept) + -(-prunable // 8)
    for row in rows:
        assert (row["node"], row["seed"]) == ("dense/cycle_1", 5) and row["processor"]
        assert row["density_kept"] == pytest.approx(kept / prunable)
        assert 0 < row["latency_lower"] <= row["latency_ms"] <= row["latency_upper"]
        assert row["throughput"] == pytest.approx(1e3 * row["batch"] / row["latency_ms"])
        assert (row["size_dense"], row["size_packed"]) == (4 * numbers, packed)
    assert len({tuple(row) for row in rows}) == 1 and rows[0]["peak_memory_mib"] == rows[1]["peak_memory_mib"] > 0


def test_what_the_kernels_lack_is_empty(images):
    stack = network()
    for module in stack.modules():
        if hasattr(module, "eps"):
            module.eps = 0.5  # the kernels add their own
    node = checkpoint(stack, 0.3)
    rows = costs.analyse(node, None, stack, lambda split: images, {"batch": 4, "rounds": 2})
    for row in rows:
        empty = [row[name] is None for name in ("latency_ms", "throughput", "processor")]
        assert empty == [row["engine"] == "kernels"] * 3 and row["size_dense"] > 0


def test_images_that_stay_on_the_host_are_not_the_kernels(images):
    @dataclasses.dataclass(frozen=True)
    class Elsewhere(Images):
        pass

    stack = network()
    fields = {field.name: getattr(images, field.name) for field in dataclasses.fields(images)}
    runs = runs_of(stack, checkpoint(stack, 0.5), Elsewhere(**fields), (1,))
    assert set(runs) == {("torch", 1)}
