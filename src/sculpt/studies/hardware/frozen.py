"""A network as it is evaluated: smooth between its kinks, without statistics of batches, in float64.

In evaluation mode batch norm is a scale a = weight / sqrt(variance + eps) and a shift b = bias - mean * a of each
channel. Here these two are its parameters, so that the parameters are all that the network's output depends on, and the
difference of two networks' parameters is all that they differ in. A gradient in them is the one in batch norm's own
weight and bias up to the factor of each channel; that in the weights of convolutions and of the head is the same.
"""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import Tensor, nn

from sculpt.core.tensors import Tensors
from sculpt.models.stacked import Stack


class Affine(nn.Module):
    """x * weight + bias, of each channel."""

    def __init__(self, weight: Tensor, bias: Tensor):
        super().__init__()
        self.weight, self.bias = nn.Parameter(weight), nn.Parameter(bias)

    def forward(self, x: Tensor) -> Tensor:
        return torch.addcmul(self.bias[:, None, None], x, self.weight[:, None, None])


def frozen(network: Stack, weights: Tensors) -> Stack:
    """A float64 copy of a network with these weights (R, ...), its batch norm as `Affine`; on the same device."""
    found = deepcopy(network).to(torch.float64, memory_format=torch.contiguous_format).eval()
    found.load(weights)
    for module in list(found.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.BatchNorm2d):
                scale = child.weight.data * (child.running_var + child.eps).rsqrt()
                setattr(module, name, Affine(scale, child.bias.data - child.running_mean * scale))
    return found


def parameters(network: Stack) -> Tensor:
    """All parameters of each replicate side by side: (R, P), in the order of `named_parameters`."""
    return side_by_side(network, [parameter.data for parameter in network.parameters()])


def side_by_side(network: Stack, tensors: list[Tensor]) -> Tensor:
    """Tensors that are laid out as the network's parameters are, as (R, P)."""
    return torch.cat([tensor.reshape(network.replicates, -1) for tensor in tensors], 1)


def apart(network: Stack, vectors: Tensor) -> list[Tensor]:
    """The reverse of `side_by_side`."""
    shapes = [parameter.shape for parameter in network.parameters()]
    parts = vectors.split([shape.numel() // network.replicates for shape in shapes], 1)
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


def support(network: Stack, mask: Tensors) -> Tensor:
    """Which parameters take part, (R, P), 1.0 or 0.0: prunable weights that the mask (R, ...) keeps, and all others."""
    kept = network.stack({name: tensor.to(torch.float64) for name, tensor in mask.items()})
    return side_by_side(
        network, [kept.get(name, torch.ones_like(parameter)) for name, parameter in network.named_parameters()]
    )
