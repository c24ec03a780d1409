"""A network as it is evaluated, at rest: its parameters are those that training changes.

They are the weights of convolutions and of the head, batch norm's weight and bias, and the head's bias. In evaluation
mode batch norm's running statistics are constants of the network, so they are no parameters.
"""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import Tensor, nn

from sculpt.core.tensors import Tensors
from sculpt.models.stacked import Stack


class Still(nn.Module):
    """Batch norm in evaluation mode, which this form differentiates twice in less time than torch's own does."""

    def __init__(self, layer: nn.BatchNorm2d):
        super().__init__()
        self.weight, self.bias = layer.weight, layer.bias
        self.register_buffer("mean", layer.running_mean)
        self.register_buffer("steepness", (layer.running_var + layer.eps).rsqrt())

    def forward(self, x: Tensor) -> Tensor:
        scale = self.weight * self.steepness
        return torch.addcmul((self.bias - self.mean * scale)[:, None, None], x, scale[:, None, None])


def frozen(network: Stack, weights: Tensors, dtype: torch.dtype = torch.float64) -> Stack:
    """A copy of a network with these weights (R, ...), its batch norm as `Still`; on the same device."""
    found = deepcopy(network).to(dtype, memory_format=torch.contiguous_format).eval()
    found.load(weights)
    for module in list(found.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.BatchNorm2d):
                setattr(module, name, Still(child))
    return found


def held(network: Stack, weights: Tensors, statistics: Tensors) -> Stack:
    """`frozen` with these weights, but with the running statistics of others: both (R, ...), of all tensors."""
    own = {name: weights[name] for name, _ in network.named_parameters()}
    return frozen(network, statistics | own)


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
    kept = network.stack(mask)
    return side_by_side(
        network, [kept.get(name, torch.ones_like(parameter)) for name, parameter in network.named_parameters()]
    )
