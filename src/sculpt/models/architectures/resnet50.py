"""ResNet-50 (He et al. 2015, table 1), 64 wide in the paper."""

from sculpt.models.residual import Bottleneck, residual_network
from sculpt.models.stacked import Stack


def build(replicates: int, channels: int, classes: int, width: int, stem: str) -> Stack:
    return residual_network(replicates, channels, classes, Bottleneck, (3, 4, 6, 3), width, stem)
