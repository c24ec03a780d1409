"""VGG-16 (Simonyan & Zisserman 2014, configuration D), 64 wide in the paper."""

from sculpt.models.stacked import Stack
from sculpt.models.vgg import vgg


def build(replicates: int, channels: int, classes: int, width: int) -> Stack:
    return vgg(replicates, channels, classes, (2, 2, 3, 3, 3), width)
