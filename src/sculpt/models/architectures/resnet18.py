"""ResNet-18 (He et al. 2015, table 1), 64 wide in the paper."""

from sculpt.models.residual import BasicBlock, residual_network
from sculpt.models.stacked import Stack


def build(replicates: int, channels: int, classes: int, width: int, stem: str) -> Stack:
    return residual_network(replicates, channels, classes, BasicBlock, (2, 2, 2, 2), width, stem)
