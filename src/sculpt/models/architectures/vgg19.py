"""VGG-19 (Simonyan & Zisserman 2014, configuration E), 64 wide in the paper."""

from sculpt.models.stacked import Stack
from sculpt.models.vgg import vgg


def build(replicates: int, channels: int, classes: int, width: int) -> Stack:
    return vgg(replicates, channels, classes, (2, 2, 4, 4, 4), width)
