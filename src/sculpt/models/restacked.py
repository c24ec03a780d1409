"""A stacked network of another number of replicates; one replicate of it as a network of its own."""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import nn

from sculpt.core.tensors import Tensors
from sculpt.models.stacked import BatchNorm, Stack, StackedLinear


def restacked(network: Stack, replicates: int) -> Stack:
    """The same network of so many replicates: float32, contiguous, without weights yet, on the same device.

    Its layers are those of `sculpt.models.stacked`.
    """
    found = deepcopy(network)
    for module in list(found.modules()):
        for name, child in list(module.named_children()):
            if (layer := _of_width(child, network.replicates, replicates)) is not None:
                setattr(module, name, layer)
    return found.to(network.head.weight.device, memory_format=torch.contiguous_format)


def single(network: Stack, weights: Tensors, replicate: int) -> Stack:
    """The network of one replicate: in evaluation mode, without gradients; weights: (R, ...) of the network."""
    found = restacked(network, 1)
    found.load({name: tensor[replicate : replicate + 1] for name, tensor in weights.items()})
    return found.eval().requires_grad_(False)


def _of_width(layer: nn.Module, was: int, replicates: int) -> nn.Module | None:
    """A layer without weights yet, `was`: of how many replicates it is; None where it is the same for any number."""

    def wide(count: int) -> int:
        return count // was * replicates

    if isinstance(layer, nn.Conv2d):
        how = {"stride": layer.stride, "padding": layer.padding, "groups": wide(layer.groups)}
        return nn.Conv2d(wide(layer.in_channels), wide(layer.out_channels), layer.kernel_size, bias=False, **how)
    if isinstance(layer, BatchNorm):
        other = BatchNorm(wide(layer.num_features))
        other.eps = layer.eps
        return other
    if isinstance(layer, StackedLinear):
        outputs, inputs = layer.weight.shape
        return StackedLinear(replicates, inputs, outputs // was)
    return None
