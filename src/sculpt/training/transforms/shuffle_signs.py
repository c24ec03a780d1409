"""The signs of each layer's kept weights in another order: as many of each, on other weights.

The control for experiments in which signs are carried over (Cyclic Sparse Training, arXiv 2406.02773, figure 8a;
Gadhikar & Burkholz 2024, arXiv 2402.19262): what is lost here is due to which weight has which sign, not to how many
have it, nor to the magnitudes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sculpt.core.settings import Section

if TYPE_CHECKING:
    from sculpt.core.tensors import Tensors


class Settings(Section):
    pass


def transform(weights: Tensors, mask: Tensors, seeds: list[int], settings: dict[str, Any]) -> Tensors:
    """A copy of the weights (R, ...); `mask` (R, ...) says which are kept; a seed's order depends on the seed alone."""
    import torch

    from sculpt.training.reordered import reordered

    return reordered(weights, mask, seeds, "shuffle signs", torch.copysign)
