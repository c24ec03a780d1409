"""ResNet-18 (He et al. 2015, table 1), 64 wide in the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.models import residual

if TYPE_CHECKING:
    from sculpt.models.stacked import Stack


class Settings(residual.Settings):
    pass


def build(replicates: int, channels: int, classes: int, settings: dict[str, Any]) -> Stack:
    from sculpt.models.blocks import BasicBlock

    width, stem = settings["width"], settings["stem"]
    return residual.residual_network(replicates, channels, classes, BasicBlock, (2, 2, 2, 2), width, stem)


KERNELS = True
