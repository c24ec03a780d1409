"""The captured step against its plain calls."""

from contextlib import contextmanager, nullcontext
from unittest.mock import MagicMock

import pytest
import torch
from test_step import RATES, cuda, epoch, step_on

from sculpt.training.device.graph import captured


def test_what_the_warm_up_changes_is_put_back(monkeypatch):
    """With a graph that stands in for CUDA's: its capture computes nothing, its replay is a plain call."""

    class Graph:
        pass

    @contextmanager
    def capture(graph):
        before = [tensor.detach().clone() for tensor in step.state()]
        yield
        with torch.no_grad():
            for tensor, value in zip(step.state(), before, strict=True):
                tensor.copy_(value)
        graph.replay = step

    monkeypatch.setattr(torch.cuda, "Stream", lambda: MagicMock())
    monkeypatch.setattr(torch.cuda, "current_stream", lambda: MagicMock())
    monkeypatch.setattr(torch.cuda, "stream", lambda stream: nullcontext())
    monkeypatch.setattr(torch.cuda, "CUDAGraph", Graph)
    monkeypatch.setattr(torch.cuda, "graph", capture)
    step, plain = step_on("cpu"), step_on("cpu")
    advance = captured(step)
    assert torch.equal(epoch(step, advance), epoch(plain, plain))
    for tensor, expected in zip(step.state(), plain.state(), strict=True):
        assert torch.equal(tensor, expected)


def trained(replay, **how):
    """Weights, batch-norm state and the last metrics after three epochs."""
    step = step_on("cuda", **how)
    advance = captured(step) if replay else step
    seeds = how.get("seeds", (0, 1))
    metrics = [epoch(step, advance, seeds, number) for number in range(3)]
    return step, {**step.network.checkpoint(), "metrics": torch.stack(metrics)}


@cuda
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("density", [0.3, 1.0])
@pytest.mark.parametrize("seeds", [(0,), (0, 1, 2)])
def test_a_replayed_step_equals_the_plain_one(seeds, density, precision):
    """The same kernels on the same numbers: bit for bit, since only deterministic ones are allowed."""
    _, plain = trained(False, seeds=seeds, density=density, precision=precision)
    step, replayed = trained(True, seeds=seeds, density=density, precision=precision)
    for name, tensor in plain.items():
        torch.testing.assert_close(
            replayed[name], tensor, rtol=0, atol=0, msg=lambda text, name=name: f"{name}: {text}"
        )
    for weight, mask in zip(step.weights, step.masks, strict=False):
        assert not weight[mask == 0].any()


@cuda
def test_an_epoch_of_replays_waits_for_nothing():
    step = step_on("cuda")
    advance = captured(step)
    torch.cuda.set_sync_debug_mode("error")
    try:
        for _ in RATES:
            advance()
    finally:
        torch.cuda.set_sync_debug_mode("default")
