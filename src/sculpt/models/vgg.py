"""VGG with batch norm (Simonyan & Zisserman 2014, arXiv 1409.1556) of replicates: what the depths share.

One linear layer reads the mean over the last positions, as is usual on small images and in the pruning papers (14.7
million prunable weights for VGG-16). The ImageNet classifier, three linear layers with dropout, is left out: they hold
nine tenths of the weights, and dropout would draw random numbers that are keyed by no seed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sculpt.core.settings import Count, Section

if TYPE_CHECKING:
    from torch import nn

    from sculpt.models.stacked import Stack

LEAST = 32
"""Height and width, in pixels, of the smallest images that five halvings leave something of."""


class Settings(Section):
    width: Annotated[Count, Field(le=10_000, description="channels of the first stage")]

    def faults(self, around: Any) -> Iterator[str]:
        entering = "size" if around.data.crop is None else "crop"
        pixels = getattr(around.data, entering)
        if pixels < LEAST:
            yield (
                f"name: {around.model.name}; allowed: with data.{entering} of at least {LEAST} (it is {pixels}), since "
                f"this model halves images five times"
            )


def vgg(replicates: int, channels: int, classes: int, depths: tuple[int, ...], width: int) -> Stack:
    """Stages of `depths` 3x3 convolutions of `width`, 2, 4, 8 and 8 times `width` channels, each halved by a max pool.

    Images must be at least LEAST pixels high and wide.
    """
    from torch import nn

    from sculpt.models.stacked import BatchNorm, Stack, StackedLinear, conv

    layers: list[tuple[str, nn.Module]] = []
    inputs = channels
    for stage, depth in enumerate(depths, start=1):
        outputs = width * min(2 ** (stage - 1), 8)
        for i in range(1, depth + 1):
            layers += [
                (f"conv{stage}_{i}", conv(replicates, inputs, outputs, 3)),
                (f"bn{stage}_{i}", BatchNorm(replicates * outputs)),
                (f"relu{stage}_{i}", nn.ReLU(inplace=True)),
            ]
            inputs = outputs
        layers.append((f"pool{stage}", nn.MaxPool2d(2)))
    return Stack(nn.Sequential(OrderedDict(layers)), StackedLinear(replicates, inputs, classes))
