"""Residual networks (He et al. 2015, arXiv 1512.03385) of replicates: what the ResNets share."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from sculpt.core.settings import Count, Section

if TYPE_CHECKING:
    from torch import nn

    from sculpt.models.blocks import BasicBlock, Bottleneck
    from sculpt.models.stacked import Stack


class Settings(Section):
    """Those of an ImageNet ResNet, 64 wide in its paper."""

    width: Annotated[Count, Field(le=10_000, description="channels of the first stage")]
    stem: Annotated[Literal["cifar", "imagenet"], Field(description="cifar: 3x3; imagenet: 7x7, stride 2, max pool")]


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
    from torch import nn

    from sculpt.models.stacked import BatchNorm, Stack, StackedLinear, conv

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
