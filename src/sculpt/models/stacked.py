"""Layers that hold R networks of one shape as one, and the network made of them.

The first axis of every tensor is replicate-major: channel r * C + c of a stacked tensor is channel c of replicate r.
A convolution becomes a grouped one, batch norm runs over R * C channels, the linear head is one batched product; no
replicate sees another, so every gradient is the one of the separate networks. For small networks one wide call is
much cheaper than R narrow ones (docs/measurements.md).
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from sculpt.core.tensors import Tensors


def conv(replicates: int, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> nn.Conv2d:
    """R convolutions side by side: weight of shape (R * outputs, inputs / groups, kernel, kernel), no bias."""
    return nn.Conv2d(
        replicates * inputs,
        replicates * outputs,
        kernel,
        stride,
        padding=kernel // 2,
        groups=replicates * groups,
        bias=False,
    )


class BatchNorm(nn.BatchNorm2d):
    """Batch norm that does not count its batches, which on CUDA is a kernel for each layer at every step."""

    def __init__(self, channels: int):
        super().__init__(channels)
        self.num_batches_tracked = None

    def reset_running_stats(self) -> None:
        self.running_mean.zero_()
        self.running_var.fill_(1)


class StackedLinear(nn.Module):
    """R linear layers: features (B, R * inputs) to logits (R, B, outputs)."""

    def __init__(self, replicates: int, inputs: int, outputs: int):
        super().__init__()
        self.replicates = replicates
        self.weight = nn.Parameter(torch.zeros(replicates * outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(replicates * outputs))

    def forward(self, features: Tensor) -> Tensor:
        r = self.replicates
        x = features.unflatten(1, (r, -1)).transpose(0, 1)
        return torch.baddbmm(self.bias.unflatten(0, (r, 1, -1)), x, self.weight.unflatten(0, (r, -1)).transpose(1, 2))


class Stack(nn.Module):
    """A network of R replicates: images (B, R * channels, H, W) to logits (R, B, classes).

    A checkpoint holds each tensor as (R, ...): every parameter, and the batch-norm statistics.
    """

    def __init__(self, body: nn.Module, head: StackedLinear):
        super().__init__()
        self.body = body
        self.head = head

    @property
    def replicates(self) -> int:
        return self.head.replicates

    def forward(self, images: Tensor) -> Tensor:
        return self.head(self.body(images).mean((2, 3)))

    def prunable(self) -> dict[str, nn.Parameter]:
        """The weights of convolutions and linear layers in layer order; never a bias or batch norm."""
        return {
            f"{name}.weight": layer.weight
            for name, layer in self.named_modules()
            if isinstance(layer, nn.Conv2d | StackedLinear)
        }

    def shapes(self) -> dict[str, torch.Size]:
        """The shape of each prunable weight of one replicate."""
        return {name: self._split(weight)[0].shape for name, weight in self.prunable().items()}

    def everything(self) -> Tensors:
        """The mask (R, ...) that keeps every weight."""
        return {name: torch.ones(self.replicates, *shape, dtype=torch.bool) for name, shape in self.shapes().items()}

    def checkpoint(self) -> Tensors:
        """A copy of all weights and batch-norm state, each (R, ...)."""
        return {
            name: self._split(tensor).clone(memory_format=torch.contiguous_format) for name, tensor in self._state()
        }

    def load(self, checkpoint: Tensors) -> None:
        """Fill in a checkpoint. Raises ValueError, which says what does not fit."""
        state = dict(self._state())
        if state.keys() != checkpoint.keys():
            differing = ", ".join(sorted(state.keys() ^ checkpoint.keys())[:3])
            raise ValueError(f"does not fit the model: only one of the two has {differing}")
        for name, tensor in state.items():
            if self._split(tensor).shape != checkpoint[name].shape:
                raise ValueError(
                    f"does not fit the model: {name} is {tuple(checkpoint[name].shape)}, "
                    f"the model's {tuple(self._split(tensor).shape)}"
                )
            tensor.copy_(checkpoint[name].flatten(0, 1))

    def stack(self, tensors: Tensors) -> Tensors:
        """Tensors of shape (R, ...) laid out as the prunable weights of their names are."""
        return {
            name: torch.empty_like(weight).copy_(tensors[name].flatten(0, 1))
            for name, weight in self.prunable().items()
        }

    def split(self, tensors: Tensors) -> Tensors:
        """The reverse of `stack`: each tensor as (R, ...)."""
        return {name: self._split(tensor) for name, tensor in tensors.items()}

    def initialise(self, generators: list[torch.Generator]) -> None:
        """Weights uniform within 1 / sqrt(fan-in), zero biases, fresh batch norm; replicate r draws from generator r.

        The law of the weights is PyTorch's default; Cyclic Sparse Training's code gets it by re-creating each layer.
        """
        for layer in self.modules():
            if isinstance(layer, nn.BatchNorm2d):
                layer.reset_parameters()
        self.head.bias.data.zero_()
        for weight in self.prunable().values():
            split = self._split(weight.data)
            bound = 1 / math.sqrt(split[0, 0].numel())
            for replicate, generator in zip(split, generators, strict=True):
                replicate.copy_((2 * torch.rand(replicate.shape, generator=generator) - 1) * bound)

    @contextmanager
    def batch_statistics(self) -> Iterator[None]:
        """Training mode that leaves the running statistics as they are, for scoring."""
        layers = [layer for layer in self.modules() if isinstance(layer, nn.BatchNorm2d)]
        training = self.training
        self.train()
        for layer in layers:
            layer.track_running_stats = False
        try:
            yield
        finally:
            for layer in layers:
                layer.track_running_stats = True
            self.train(training)

    def positions(self, images: tuple[int, int, int]) -> dict[str, int]:
        """Output positions (H * W; 1 for the head) of each prunable layer for images (channels, H, W)."""
        found: dict[str, int] = {}

        def note(name: str):
            return lambda _layer, _inputs, output: found.update(
                {name: math.prod(output.shape[2:]) if output.dim() == 4 else 1}
            )

        layers = {name: self.get_submodule(name.removesuffix(".weight")) for name in self.prunable()}
        hooks = [layer.register_forward_hook(note(name)) for name, layer in layers.items()]
        channels, height, width = images
        parameter = next(self.parameters())
        training = self.training
        self.eval()
        with torch.no_grad():
            self(parameter.new_zeros(1, self.replicates * channels, height, width))
        self.train(training)
        for hook in hooks:
            hook.remove()
        return {name: found[name] for name in layers}

    def _state(self) -> Iterator[tuple[str, Tensor]]:
        yield from ((name, parameter.data) for name, parameter in self.named_parameters())
        yield from ((name, buffer) for name, buffer in self.named_buffers() if "running" in name)

    def _split(self, tensor: Tensor) -> Tensor:
        return tensor.unflatten(0, (self.replicates, -1))
