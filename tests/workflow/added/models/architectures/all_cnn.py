"""All-convolutional network (Springenberg et al. 2014, arXiv 1412.6806), with batch norm: strides in place of pools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sculpt.core.settings import Count, Section

if TYPE_CHECKING:
    from torch import nn

    from sculpt.models.stacked import Stack


class Settings(Section):
    channels: Annotated[tuple[Count, ...], Field(min_length=1, description="of each layer; each but the first halves")]


def build(replicates: int, channels: int, classes: int, settings: dict[str, Any]) -> Stack:
    from torch import nn

    from sculpt.models.stacked import BatchNorm, Stack, StackedLinear, conv

    layers: list[nn.Module] = []
    inputs = channels
    for i, outputs in enumerate(settings["channels"]):
        layers += [conv(replicates, inputs, outputs, 3, stride=2 if i else 1), BatchNorm(replicates * outputs)]
        layers.append(nn.ReLU(inplace=True))
        inputs = outputs
    return Stack(nn.Sequential(*layers), StackedLinear(replicates, inputs, classes))
