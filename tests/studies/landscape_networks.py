"""Networks and images so small that what lies between networks can be worked out."""

import torch
from torch import nn

from sculpt.core.checkpoint import Checkpoint
from sculpt.data.augmentation import Images
from sculpt.models.blocks import BasicBlock, Bottleneck
from sculpt.models.stacked import BatchNorm, Stack, StackedLinear, conv

SEEDS = [3, 4]


def blocks(replicates: int = 2, width: int = 4) -> Stack:
    """A stem, one residual block, head; drawn weights, running statistics too."""
    stem, block = conv(replicates, 1, width, 3), BasicBlock(replicates, width, width, 1)
    return drawn(Stack(nn.Sequential(stem, BatchNorm(replicates * width), block), StackedLinear(replicates, width, 3)))


def bottleneck(replicates: int = 1) -> Stack:
    body = nn.Sequential(conv(replicates, 1, 8, 3), BatchNorm(replicates * 8), Bottleneck(replicates, 8, 8, 1))
    return drawn(Stack(body, StackedLinear(replicates, 8, 3)))


def plain(replicates: int = 2) -> Stack:
    """Convolution, batch norm, ReLU, head: no residual block."""
    body = nn.Sequential(conv(replicates, 1, 2, 1), BatchNorm(replicates * 2), nn.ReLU())
    return drawn(Stack(body, StackedLinear(replicates, 2, 2)))


def drawn(network: Stack) -> Stack:
    random = torch.Generator().manual_seed(5)
    for tensor in network.state_dict().values():
        tensor.copy_(torch.rand(tensor.shape, generator=random) + (0.2 if tensor.dim() == 1 else -0.5))
    return network.eval()


def masked(network: Stack, key: str = "cyclic/x/cycle_1", keep: float = 0.7, draw: int = 1) -> Checkpoint:
    """The network with a drawn mask, a replicate's like no other's; its pruned weights are zero."""
    random, weights = torch.Generator().manual_seed(draw), network.checkpoint()
    mask = {
        name: torch.rand(tensor.shape, generator=random) < keep
        for name, tensor in network.split(dict(network.prunable())).items()
    }
    kept = {name: weights[name] * of_layer for name, of_layer in mask.items()}
    return Checkpoint(key, SEEDS[: network.replicates], weights | kept, mask)


def moved(node: Checkpoint, key: str, by: float = 0.3) -> Checkpoint:
    """A node whose weights lie elsewhere, within the same mask."""
    random = torch.Generator().manual_seed(9)
    weights = {name: tensor + by * torch.rand(tensor.shape, generator=random) for name, tensor in node.weights.items()}
    return Checkpoint(key, node.seeds, weights | {n: weights[n] * kept for n, kept in node.mask.items()}, node.mask)


def pictures(count: int, classes: int = 3, replicates: int = 2, draw: int = 11) -> Images:
    """6x6 images of one channel, labels in turn."""
    random = torch.Generator().manual_seed(draw)
    pixels = torch.randint(256, (count, 1, 6, 6), generator=random, dtype=torch.uint8)
    columns = (torch.arange(count) % classes)[:, None].repeat(1, replicates)
    return Images.place(pixels, columns, [128.0], [64.0], 0, torch.device("cpu"))


def splits(classes: int = 3, replicates: int = 2):
    """What an analysis gets: a split by its name."""
    return {
        "train": pictures(30, classes, replicates),
        "validation": pictures(20, classes, replicates, draw=12),
    }.__getitem__


def loaded(network: Stack, node: Checkpoint) -> Stack:
    network.load(node.weights)
    return network
