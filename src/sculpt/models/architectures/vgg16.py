"""VGG-16 (Simonyan & Zisserman 2014, configuration D), 64 wide in the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.models import vgg

if TYPE_CHECKING:
    from sculpt.models.stacked import Stack


KERNELS = True


class Settings(vgg.Settings):
    pass


def build(replicates: int, channels: int, classes: int, settings: dict[str, Any]) -> Stack:
    return vgg.vgg(replicates, channels, classes, (2, 2, 3, 3, 3), settings["width"])
