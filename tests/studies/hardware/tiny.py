"""Networks and images so small that everything can be worked out."""

import torch
from torch import Tensor, nn

from sculpt.core.checkpoint import Checkpoint
from sculpt.data.augmentation import Images
from sculpt.models.stacked import BatchNorm, Stack, StackedLinear, conv

SEEDS = [3, 4]


def smooth(replicates: int = 2, channels: int = 1, classes: int = 3) -> Stack:
    """Convolution, batch norm with statistics of its own, softplus (so no kink), head; drawn weights."""
    body = nn.Sequential(conv(replicates, channels, 2, 3), BatchNorm(replicates * 2), nn.Softplus())
    network = Stack(body, StackedLinear(replicates, 2, classes)).eval()
    random = torch.Generator().manual_seed(5)
    for tensor in network.state_dict().values():
        tensor.copy_(torch.rand(tensor.shape, generator=random) + (0.2 if tensor.dim() == 1 else -0.5))
    return network


def linear(weights: list[list[float]]) -> Stack:
    """One replicate that is linear in the mean of each channel; weights: (classes, channels)."""
    network = Stack(nn.Identity(), StackedLinear(1, len(weights[0]), len(weights))).double()
    network.head.weight.data.copy_(torch.tensor(weights))
    return network


def inputs(count: int, replicates: int = 2, classes: int = 3) -> tuple[Tensor, Tensor]:
    """Images (B, R, 4, 4) and labels (R, B), float64; other images for each replicate."""
    random = torch.Generator().manual_seed(7)
    x = torch.randn(count, replicates, 4, 4, generator=random, dtype=torch.float64)
    return x, torch.randint(classes, (replicates, count), generator=random)


def masked(network: Stack, key: str = "cyclic/x/cycle_1", keep: float = 0.6, draw: int = 1) -> Checkpoint:
    """The network with a drawn mask, a replicate's like no other's; its pruned weights are zero."""
    random, weights = torch.Generator().manual_seed(draw), network.checkpoint()
    mask = {
        name: torch.rand(tensor.shape, generator=random) < keep
        for name, tensor in network.split(dict(network.prunable())).items()
    }
    return Checkpoint(
        key, SEEDS[: network.replicates], weights | {n: weights[n] * kept for n, kept in mask.items()}, mask
    )


def pictures(labels: list[int], replicates: int = 2, kind: type[Images] = Images) -> Images:
    """4x4 images of one channel with these labels."""
    random = torch.Generator().manual_seed(11)
    pixels = torch.randint(256, (len(labels), 1, 4, 4), generator=random, dtype=torch.uint8)
    columns = torch.tensor(labels)[:, None].repeat(1, replicates)
    return kind.place(pixels, columns, [128.0], [64.0], 0, torch.device("cpu"))
