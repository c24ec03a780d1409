"""MobileNetV2 (Sandler et al. 2018, arXiv 1801.04381, table 2): inverted residuals with linear bottlenecks.

Without the dropout before the classifier that torchvision has: it would draw random numbers that are keyed by no seed.
"""

from collections import OrderedDict

from torch import Tensor, nn

from sculpt.models.stacked import BatchNorm, Stack, StackedLinear, conv

STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
"""Expansion, channels at width 32, blocks, and stride of the first block."""


class InvertedResidual(nn.Module):
    """1x1 to `expansion` times the inputs, a 3x3 filter a channel with the stride, 1x1 without activation."""

    def __init__(self, replicates: int, inputs: int, outputs: int, stride: int, expansion: int):
        super().__init__()
        inner = expansion * inputs
        self.expand = nn.Identity() if expansion == 1 else _activated(replicates, inputs, inner, 1)
        self.depthwise = _activated(replicates, inner, inner, 3, stride, groups=inner)
        self.project = nn.Sequential(conv(replicates, inner, outputs, 1), BatchNorm(replicates * outputs))
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y = self.project(self.depthwise(self.expand(x)))
        return x + y if self.residual else y


def build(replicates: int, channels: int, classes: int, width: int, stem: str) -> Stack:
    """width: channels of the stem, a multiple of 8; the paper's width multiplier is width / 32.

    stem: `imagenet`, the paper's strides, which leave 1/32 of height and width; `cifar`, no stride in the stem and in
    the second stage, which leave 1/8.
    """
    small = stem == "cifar"
    layers: list[tuple[str, nn.Module]] = [("stem", _activated(replicates, channels, width, 3, 1 if small else 2))]
    inputs = width
    for stage, (expansion, standard, depth, first_stride) in enumerate(STAGES, start=1):
        outputs = _multiple_of_8(standard * width / 32)
        for i in range(1, depth + 1):
            stride = first_stride if i == 1 and not (small and stage == 2) else 1
            layers.append((f"stage{stage}_{i}", InvertedResidual(replicates, inputs, outputs, stride, expansion)))
            inputs = outputs
    features = max(1280, 40 * width)  # the last layer is never narrower than in the paper's network (section 4)
    layers.append(("last", _activated(replicates, inputs, features, 1)))
    return Stack(nn.Sequential(OrderedDict(layers)), StackedLinear(replicates, features, classes))


def _activated(
    replicates: int, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1
) -> nn.Sequential:
    return nn.Sequential(
        conv(replicates, inputs, outputs, kernel, stride, groups),
        BatchNorm(replicates * outputs),
        nn.ReLU6(inplace=True),
    )


def _multiple_of_8(channels: float) -> int:
    """The nearest multiple of 8 (halves up) that is at least nine tenths of `channels`, as the paper's code rounds."""
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded if rounded >= 0.9 * channels else rounded + 8
