"""MobileNetV2 (Sandler et al. 2018, arXiv 1801.04381, table 2): inverted residuals with linear bottlenecks.

Without the dropout before the classifier that torchvision has: it would draw random numbers that are keyed by no seed.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from sculpt.core.settings import Section

if TYPE_CHECKING:
    from torch import nn

    from sculpt.models.stacked import Stack

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


KERNELS = True


class Settings(Section):
    """The paper's network is 32 wide."""

    width: Annotated[
        int, Field(ge=8, le=10_000, multiple_of=8, description="channels of the stem; width multiplier times 32")
    ]
    stem: Annotated[Literal["cifar", "imagenet"], Field(description="cifar: a quarter of imagenet's stride")]


def build(replicates: int, channels: int, classes: int, settings: dict[str, Any]) -> Stack:
    """With the stem `imagenet`, the paper's strides, 1/32 of height and width is left.

    With `cifar`, no stride in the stem and in the second stage, it is 1/8.
    """
    from torch import nn

    from sculpt.models.inverted import InvertedResidual, activated
    from sculpt.models.stacked import Stack, StackedLinear

    width, small = settings["width"], settings["stem"] == "cifar"
    layers: list[tuple[str, nn.Module]] = [("stem", activated(replicates, channels, width, 3, 1 if small else 2))]
    inputs = width
    for stage, (expansion, standard, depth, first_stride) in enumerate(STAGES, start=1):
        outputs = _multiple_of_8(standard * width / 32)
        for i in range(1, depth + 1):
            stride = first_stride if i == 1 and not (small and stage == 2) else 1
            layers.append((f"stage{stage}_{i}", InvertedResidual(replicates, inputs, outputs, stride, expansion)))
            inputs = outputs
    features = max(1280, 40 * width)  # the last layer is never narrower than in the paper's network (section 4)
    layers.append(("last", activated(replicates, inputs, features, 1)))
    return Stack(nn.Sequential(OrderedDict(layers)), StackedLinear(replicates, features, classes))


def _multiple_of_8(channels: float) -> int:
    """The nearest multiple of 8 (halves up) that is at least nine tenths of `channels`, as the paper's code rounds."""
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded if rounded >= 0.9 * channels else rounded + 8
