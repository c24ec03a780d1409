"""A state dict with torchvision's names, for `load_state_dict` of the network that torchvision makes."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sculpt.export.network import Network

SUFFIX = ".pth"
FOR = "torch.load and load_state_dict: torchvision, timm-style code, training further"


def content(network: Network, dense: bool) -> bytes:
    """What torch.save writes, which torch.load reads with weights_only=True; always dense.

    VGG's convolutions get biases of zero: torchvision's have biases, those here have none, since batch norm follows.
    """
    import torch
    from torchvision.models.vgg import VGG

    state = {name: tensor.detach().contiguous() for name, tensor in network.module.state_dict().items()}
    if isinstance(network.module, VGG):
        for name, layer in network.module.named_modules():
            if isinstance(layer, torch.nn.Conv2d):
                state[f"{name}.bias"] = torch.zeros(layer.out_channels)
    file = BytesIO()  # of a file, torch.save would write its name into it
    torch.save(state, file)
    return file.getvalue()
