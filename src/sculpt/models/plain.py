"""One network of a stack as a plain module: torchvision's own class, or torch.nn layers alone; no replicates.

What trains here holds several networks side by side (`sculpt.models.stacked`). What a person loads, trains further or
exports is one of them, as the rest of the field's tools expect it.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from sculpt.core.tensors import Tensors
from sculpt.models.build import build
from sculpt.models.stacked import BatchNorm, Stack, StackedLinear
from sculpt.models.torchvisions import torchvisions


def plain(settings: dict[str, Any], channels: int, classes: int, tensors: Tensors) -> nn.Module:
    """One trained network: normalised images (B, channels, H, W) to logits (B, classes), in evaluation mode.

    settings: of the model, as record.json has them. tensors: the checkpoint of one seed, each tensor without the axis
    of the seeds; they are copied. The module has torchvision's class and names where torchvision has the architecture
    (`sculpt.models.torchvisions`), else the names of the checkpoint. Raises ValueError, which says what does not fit.
    """
    stack, network = _both(settings, channels, classes)
    found = {theirs: tensors[ours].clone() for ours, theirs in _paired(stack, network, tensors).items()}
    counters = {name: torch.tensor(0) for name, _ in network.named_buffers() if name.endswith("num_batches_tracked")}
    network.load_state_dict(counters | found, assign=True)  # the network has no memory before
    return network.eval()


def names(settings: dict[str, Any], channels: int, classes: int) -> dict[str, str]:
    """The name of each tensor in a checkpoint, and its name in the module of `plain`, in the order of the layers."""
    stack, network = _both(settings, channels, classes)
    return _paired(stack, network, dict(stack.state_dict()))


class Alone(nn.Module):
    """A network that torchvision does not have: a stack of one replicate, with torch.nn's layers for its own."""

    def __init__(self, stack: Stack):
        super().__init__()
        outputs, inputs = stack.head.weight.shape
        self.body = stack.body
        self.head = nn.Linear(inputs, outputs)
        for module in list(self.body.modules()):
            for name, child in list(module.named_children()):
                if isinstance(child, BatchNorm):
                    setattr(module, name, nn.BatchNorm2d(child.num_features, child.eps, child.momentum))

    def forward(self, images: Tensor) -> Tensor:
        return self.head(self.body(images).mean((2, 3)))


_LAYERS = nn.Conv2d | nn.BatchNorm2d | nn.Linear | StackedLinear


def _both(settings: dict[str, Any], channels: int, classes: int) -> tuple[Stack, nn.Module]:
    """A stack of one replicate, and the same network as a plain module, both without memory for their tensors."""
    with torch.device("meta"):
        stack = build(settings, 1, channels, classes)
        network = torchvisions(settings, channels, classes) or Alone(build(settings, 1, channels, classes))
    return stack, network


def _paired(stack: Stack, network: nn.Module, tensors: Tensors) -> dict[str, str]:
    """Each tensor's names in the two. Both hold their layers in the order in which an image passes them."""
    found, own, others = {}, _layers(stack), _layers(network)
    if len(own) != len(others):  # as where a module of models/architectures was changed
        raise ValueError(f"{len(own)} layers, {type(network).__name__} of torchvision has {len(others)}")
    for (ours, layer), (theirs, other) in zip(own, others, strict=True):
        for key in ("weight", "bias", "running_mean", "running_var"):
            if getattr(layer, key, None) is not None:
                found[f"{ours}.{key}"] = f"{theirs}.{key}"
                _must_fit(f"{ours}.{key}", getattr(other, key), tensors)
    if more := sorted(tensors.keys() - found.keys()):
        raise ValueError(f"does not fit the model: only one of the two has {', '.join(more[:3])}")
    return found


def _must_fit(name: str, wanted: Tensor, tensors: Tensors) -> None:
    if name not in tensors:
        raise ValueError(f"does not fit the model: only one of the two has {name}")
    if tensors[name].shape != wanted.shape:
        raise ValueError(
            f"does not fit the model: {name} is {tuple(tensors[name].shape)}, the model's {tuple(wanted.shape)}"
        )


def _layers(network: nn.Module) -> list[tuple[str, nn.Module]]:
    return [(name, layer) for name, layer in network.named_modules() if isinstance(layer, _LAYERS)]
