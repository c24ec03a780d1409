"""ResNet-20 in plain PyTorch, with the shape of our own, for the loops that the trainer is held to."""

from torch import Tensor, nn
from torch.nn.functional import relu


class Block(nn.Module):
    def __init__(self, conv: type[nn.Conv2d], inputs: int, outputs: int, stride: int):
        super().__init__()
        self.conv1 = conv(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = conv(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut: nn.Module = nn.Identity()
        if stride > 1 or inputs != outputs:
            self.shortcut = nn.Sequential(conv(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        y = relu(self.bn1(self.conv1(x)), inplace=True)
        return relu(self.bn2(self.conv2(y)) + self.shortcut(x), inplace=True)


def plain_resnet20(
    channels: int, classes: int, width: int, conv: type[nn.Conv2d] = nn.Conv2d, linear: type[nn.Linear] = nn.Linear
) -> nn.Sequential:
    """Images (B, channels, H, W) to logits (B, classes); `conv` and `linear` make its layers."""
    layers = [conv(channels, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
    inputs = width
    for stage in range(3):
        for block in range(3):
            outputs, stride = width * 2**stage, 2 if stage > 0 and block == 0 else 1
            layers.append(Block(conv, inputs, outputs, stride))
            inputs = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), linear(inputs, classes))
