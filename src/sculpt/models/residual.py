"""Residual networks (He et al. 2015, arXiv 1512.03385) of replicates: what the ResNets share.

Shortcuts are identities, and projections (1x1 with batch norm) where the shape changes.
"""

from collections import OrderedDict

from torch import Tensor, nn
from torch.nn.functional import relu

from sculpt.models.stacked import BatchNorm, Stack, StackedLinear, conv


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


def residual_network(
    replicates: int,
    channels: int,
    classes: int,
    block: type[BasicBlock | Bottleneck],
    depths: tuple[int, ...],
    width: int,
    stem: str,
) -> Stack:
    """Stages of `depths` blocks; each has twice the channels of the stage before, at half its resolution.

    width: channels of the stem, and of the first stage's 3x3 convolutions. stem: `cifar`, a 3x3 convolution at full
    resolution, as in the code of Cyclic Sparse Training; `imagenet`, a 7x7 one with stride 2 and a max pool, which
    leave a quarter of height and width.
    """
    small = stem == "cifar"
    layers: list[tuple[str, nn.Module]] = [
        ("conv", conv(replicates, channels, width, 3) if small else conv(replicates, channels, width, 7, 2)),
        ("bn", BatchNorm(replicates * width)),
        ("relu", nn.ReLU(inplace=True)),
    ]
    if not small:
        layers.append(("pool", nn.MaxPool2d(3, 2, padding=1)))
    inputs = width
    for stage, depth in enumerate(depths):
        outputs = width * 2**stage * block.expansion
        for i in range(depth):
            stride = 2 if stage > 0 and i == 0 else 1
            layers.append((f"stage{stage + 1}_{i + 1}", block(replicates, inputs, outputs, stride)))
            inputs = outputs
    return Stack(nn.Sequential(OrderedDict(layers)), StackedLinear(replicates, inputs, classes))


def _shortcut(replicates: int, inputs: int, outputs: int, stride: int) -> nn.Module:
    if stride == 1 and inputs == outputs:
        return nn.Identity()
    return nn.Sequential(conv(replicates, inputs, outputs, 1, stride), BatchNorm(replicates * outputs))
