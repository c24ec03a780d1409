"""ResNet-20 for small images, with projection shortcuts (He et al. 2015, section 4.2; 1x1 shortcuts as in OpenLTH).

16 wide in the paper: 270,896 prunable weights with 3 channels and 10 classes; identity shortcuts would give 268,336.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sculpt.core.settings import Count, Section

if TYPE_CHECKING:
    from sculpt.models.stacked import Stack


KERNELS = True


class Settings(Section):
    width: Annotated[Count, Field(le=10_000, description="channels of the first stage")]


def build(replicates: int, channels: int, classes: int, settings: dict[str, Any]) -> Stack:
    from sculpt.models.blocks import BasicBlock
    from sculpt.models.residual import residual_network

    return residual_network(replicates, channels, classes, BasicBlock, (3, 3, 3), settings["width"], stem="cifar")
