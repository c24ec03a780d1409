"""ResNet-20 for small images, with projection shortcuts (He et al. 2015, section 4.2; 1x1 shortcuts as in OpenLTH).

270,896 prunable weights at width 16 with 3 channels and 10 classes; identity shortcuts would give 268,336.
"""

from collections import OrderedDict

from torch import Tensor, nn
from torch.nn.functional import relu

from sculpt.models.stacked import Stack, StackedLinear, conv


class Block(nn.Module):
    def __init__(self, replicates: int, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.conv1 = conv(replicates, inputs, outputs, 3, stride)
        self.bn1 = nn.BatchNorm2d(replicates * outputs)
        self.conv2 = conv(replicates, outputs, outputs, 3)
        self.bn2 = nn.BatchNorm2d(replicates * outputs)
        self.shortcut: nn.Module = nn.Identity()
        if stride > 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                conv(replicates, inputs, outputs, 1, stride), nn.BatchNorm2d(replicates * outputs)
            )

    def forward(self, x: Tensor) -> Tensor:
        y = relu(self.bn1(self.conv1(x)), inplace=True)
        return relu(self.bn2(self.conv2(y)) + self.shortcut(x), inplace=True)


def build(replicates: int, channels: int, classes: int, width: int) -> Stack:
    """Three stages of three blocks of `width`, 2 and 4 times `width` channels, each at half the resolution before."""
    layers: list[tuple[str, nn.Module]] = [
        ("conv", conv(replicates, channels, width, 3)),
        ("bn", nn.BatchNorm2d(replicates * width)),
        ("relu", nn.ReLU(inplace=True)),
    ]
    inputs = width
    for stage in range(3):
        outputs = width * 2**stage
        for block in range(3):
            stride = 2 if stage > 0 and block == 0 else 1
            layers.append((f"stage{stage + 1}_{block + 1}", Block(replicates, inputs, outputs, stride)))
            inputs = outputs
    return Stack(nn.Sequential(OrderedDict(layers)), StackedLinear(replicates, inputs, classes))
