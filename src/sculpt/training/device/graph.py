"""A whole training step as one CUDA graph: small networks are bound by their kernel launches, which a replay saves."""

from collections.abc import Callable

import torch

from sculpt.training.step import Step

WARM_UP = 3
"""Calls before the capture, in which libraries choose kernels and make their workspaces; as torch's manual asks for."""


def captured(step: Step) -> Callable[[], None]:
    """Capture the step; the function returned replays it. What the warm-up changes is put back."""
    step.network.train()
    before = [tensor.detach().clone() for tensor in step.state()]
    aside = torch.cuda.Stream()
    aside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(aside):
        for _ in range(WARM_UP):
            step()
    torch.cuda.current_stream().wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    with torch.no_grad():
        for tensor, value in zip(step.state(), before, strict=True):
            tensor.copy_(value)
    return graph.replay
