"""Focal loss (Lin et al. 2017, arXiv 1708.02002): cross-entropy, less of it where the network is sure already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sculpt.core.settings import Section

if TYPE_CHECKING:
    from torch import Tensor


class Settings(Section):
    gamma: Annotated[float, Field(ge=1, description="power of 1 - p, with p the probability of the right class")]


def loss(logits: Tensor, labels: Tensor, settings: dict[str, Any]) -> Tensor:
    from torch.nn.functional import cross_entropy

    losses = cross_entropy(logits.flatten(0, 1).float(), labels.flatten(), reduction="none")
    losses = losses.unflatten(0, labels.shape)
    return (1 - (-losses).exp()) ** settings["gamma"] * losses
