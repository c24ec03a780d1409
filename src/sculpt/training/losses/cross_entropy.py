"""Cross-entropy, with or without label smoothing (Szegedy et al. 2015, arXiv 1512.00567, section 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sculpt.core.settings import Fraction, Section

if TYPE_CHECKING:
    from torch import Tensor


class Settings(Section):
    smoothing: Annotated[Fraction, Field(description="share of the target that all classes divide evenly")]


def loss(logits: Tensor, labels: Tensor, settings: dict[str, Any]) -> Tensor:
    """The loss of each image, (R, B), in float32 or float64; logits: (R, B, classes); labels: (R, B)."""
    from torch import float32, promote_types
    from torch.nn.functional import cross_entropy

    flat, smoothing = logits.flatten(0, 1).to(promote_types(logits.dtype, float32)), settings["smoothing"]
    found = cross_entropy(flat, labels.flatten(), reduction="none", label_smoothing=smoothing)
    return found.unflatten(0, labels.shape)
