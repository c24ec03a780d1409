"""The blocks of residual networks (He et al. 2015, arXiv 1512.03385), of replicates.

Shortcuts are identities, and projections (1x1 with batch norm) where the shape changes.
"""

from torch import Tensor, nn
from torch.nn.functional import relu

from sculpt.models.stacked import BatchNorm, conv


class BasicBlock(nn.Module):
    """Two 3x3 convolutions, the first with the stride."""

    expansion = 1

    def __init__(self, replicates: int, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.conv1 = conv(replicates, inputs, outputs, 3, stride)
        self.bn1 = BatchNorm(replicates * outputs)
        self.conv2 = conv(replicates, outputs, outputs, 3)
        self.bn2 = BatchNorm(replicates * outputs)
        self.shortcut = _shortcut(replicates, inputs, outputs, stride)

    def forward(self, x: Tensor) -> Tensor:
        y = relu(self.bn1(self.conv1(x)), inplace=True)
        return relu(self.bn2(self.conv2(y)).add_(self.shortcut(x)), inplace=True)


class Bottleneck(nn.Module):
    """1x1 to a quarter of the outputs, 3x3 with the stride (torchvision's place for it, not the paper's), 1x1."""

    expansion = 4

    def __init__(self, replicates: int, inputs: int, outputs: int, stride: int):
        super().__init__()
        inner = outputs // self.expansion
        self.conv1 = conv(replicates, inputs, inner, 1)
        self.bn1 = BatchNorm(replicates * inner)
        self.conv2 = conv(replicates, inner, inner, 3, stride)
        self.bn2 = BatchNorm(replicates * inner)
        self.conv3 = conv(replicates, inner, outputs, 1)
        self.bn3 = BatchNorm(replicates * outputs)
        self.shortcut = _shortcut(replicates, inputs, outputs, stride)

    def forward(self, x: Tensor) -> Tensor:
        y = relu(self.bn1(self.conv1(x)), inplace=True)
        y = relu(self.bn2(self.conv2(y)), inplace=True)
        return relu(self.bn3(self.conv3(y)).add_(self.shortcut(x)), inplace=True)


def _shortcut(replicates: int, inputs: int, outputs: int, stride: int) -> nn.Module:
    if stride == 1 and inputs == outputs:
        return nn.Identity()
    return nn.Sequential(conv(replicates, inputs, outputs, 1, stride), BatchNorm(replicates * outputs))
