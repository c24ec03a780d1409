"""One replicate of a stacked network as a network of its own."""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import nn

from sculpt.core.tensors import Tensors
from sculpt.models.stacked import BatchNorm, Stack, StackedLinear


def single(network: Stack, weights: Tensors, replicate: int) -> Stack:
    """The network of one replicate: float32, contiguous, in evaluation mode, without gradients, on the same device.

    weights: (R, ...) of the network. Its layers are those of `sculpt.models.stacked`.
    """
    found = deepcopy(network)
    for module in list(found.modules()):
        for name, child in list(module.named_children()):
            if (narrow := _narrow(child, network.replicates)) is not None:
                setattr(module, name, narrow)
    found = found.to(network.head.weight.device, memory_format=torch.contiguous_format)
    found.load({name: tensor[replicate : replicate + 1] for name, tensor in weights.items()})
    return found.eval().requires_grad_(False)


def _narrow(layer: nn.Module, replicates: int) -> nn.Module | None:
    """A layer of one replicate, without weights yet; None where the layer is the same for any number of them."""
    if isinstance(layer, nn.Conv2d):
        inputs, outputs = (channels // replicates for channels in (layer.in_channels, layer.out_channels))
        how = {"stride": layer.stride, "padding": layer.padding, "groups": layer.groups // replicates}
        return nn.Conv2d(inputs, outputs, layer.kernel_size, bias=False, **how)
    if isinstance(layer, BatchNorm):
        narrow = BatchNorm(layer.num_features // replicates)
        narrow.eps = layer.eps
        return narrow
    if isinstance(layer, StackedLinear):
        outputs, inputs = layer.weight.shape
        return StackedLinear(1, inputs, outputs // replicates)
    return None
