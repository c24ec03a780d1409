"""ResNet-20 for small images, with projection shortcuts (He et al. 2015, section 4.2; 1x1 shortcuts as in OpenLTH).

270,896 prunable weights at width 16 with 3 channels and 10 classes; identity shortcuts would give 268,336.
"""

from sculpt.models.residual import BasicBlock, residual_network
from sculpt.models.stacked import Stack


def build(replicates: int, channels: int, classes: int, width: int) -> Stack:
    return residual_network(replicates, channels, classes, BasicBlock, (3, 3, 3), width, stem="cifar")
